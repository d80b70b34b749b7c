/** Other people's text on our terminal: shown, never obeyed. */

/** Marks that turn the direction of text around, and so could make a line read as what it is not. */
const direction = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The text without control characters and without marks of direction. */
export const plain = (text: string): string => text.replace(direction, "").replace(/\p{Cc}/gu, " ");
