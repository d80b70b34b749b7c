/** A chart of lines on two logarithmic axes, as SVG that reads on light and on dark pages. */

export type Series = {
  readonly name: string;
  readonly colour: string;
  /** Both numbers are above 0. */
  readonly points: readonly (readonly [x: number, y: number])[];
};

export type Chart = {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
};

const width = 720;
const height = 420;
const plot = { left: 80, right: 190, top: 50, bottom: 55 };

type Scale = { readonly at: (value: number) => number; readonly ticks: readonly number[] };

/** From a power of ten below all values to one above. */
function scaleOf(values: readonly number[], from: number, to: number): Scale {
  const least = Math.floor(Math.log10(Math.min(...values)));
  const most = Math.max(least + 1, Math.ceil(Math.log10(Math.max(...values))));
  return {
    at: (value) => from + ((Math.log10(value) - least) / (most - least)) * (to - from),
    ticks: Array.from({ length: most - least + 1 }, (_, i) => 10 ** (least + i)),
  };
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

function text(x: number, y: number, says: string, more = ""): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${escaped(says)}</text>`;
}

const line = (x1: number, y1: number, x2: number, y2: number): string =>
  `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="#d0d7de"/>`;

const shown = (value: number): string => value.toLocaleString("en");

export function drawChart({ title, x, y, series }: Chart): string {
  const [left, right, top, bottom] = [plot.left, width - plot.right, plot.top, height - plot.bottom];
  const all = series.flatMap(({ points }) => points);
  const across = scaleOf(
    all.map(([value]) => value),
    left,
    right,
  );
  const up = scaleOf(
    all.map(([, value]) => value),
    bottom,
    top,
  );
  const grid = [
    ...across.ticks.flatMap((tick) => [
      line(across.at(tick), top, across.at(tick), bottom),
      text(across.at(tick), bottom + 20, shown(tick), 'text-anchor="middle"'),
    ]),
    ...up.ticks.flatMap((tick) => [
      line(left, up.at(tick), right, up.at(tick)),
      text(left - 8, up.at(tick) + 4, shown(tick), 'text-anchor="end"'),
    ]),
  ];
  const lines = series.flatMap(({ name, colour, points }) => {
    const places = points.map(([px, py]) => [across.at(px), up.at(py)] as const);
    const [endX, endY] = places.at(-1) ?? [left, bottom];
    return [
      `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${places.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(" ")}"/>`,
      ...places.map(
        ([px, py]) => `<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="3.5" fill="${colour}"/>`,
      ),
      text(endX + 10, endY + 4, name, `fill="${colour}"`),
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13" fill="#24292f">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(left, 26, title, 'font-size="16" font-weight="600"'),
    ...grid,
    ...lines,
    text((left + right) / 2, height - 12, x, 'text-anchor="middle"'),
    text(0, 0, y, `text-anchor="middle" transform="translate(20 ${(top + bottom) / 2}) rotate(-90)"`),
    "</svg>",
    "",
  ].join("\n");
}
