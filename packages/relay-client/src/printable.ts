/** What a relay writes goes to people's terminals: its control characters do not. */
export const printable = (text: string): string => text.replace(/\p{Cc}/gu, " ");
