/** Values of one server by the number of its sockets. */
export interface Line {
  name: string;
  points: readonly (readonly [size: number, value: number])[];
}

export interface Panel {
  title: string;
  lines: readonly Line[];
}

const COLORS = ['#c2410c', '#6b7280', '#2563eb'];
const [WIDTH, HEIGHT, GAP, LEFT, TOP] = [330, 190, 70, 60, 60];

/** Log-log lines, two panels in a row, as an SVG for light and dark pages. */
export function growthChart(panels: readonly Panel[]): string {
  const rows = Math.ceil(panels.length / 2);
  const width = LEFT + 2 * (WIDTH + GAP);
  const height = TOP + rows * (HEIGHT + GAP);
  const names = panels[0]!.lines.map(({ name }, at) => {
    const x = LEFT + at * 160;
    return `<rect x="${x}" y="14" width="18" height="4" fill="${COLORS[at]}"/>${text(x + 26, 20, name)}`;
  });
  const drawn = panels.map((panel, at) => {
    const [x, y] = [LEFT + (at % 2) * (WIDTH + GAP), TOP + Math.floor(at / 2) * (HEIGHT + GAP)];
    return `<g transform="translate(${x} ${y})">${drawPanel(panel)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
${[...names, ...drawn].join('\n')}
</svg>
`;
}

function drawPanel({ title, lines }: Panel): string {
  // Of a difference that is lost in noise a logarithm knows nothing.
  const shown = lines.map(line => ({ ...line, points: line.points.filter(([, value]) => value > 0) }));
  const points = shown.flatMap(line => line.points);
  const x = scale(
    points.map(([size]) => size),
    size => size * WIDTH,
  );
  const y = scale(
    points.map(([, value]) => value),
    share => HEIGHT - share * HEIGHT,
  );
  const grid = [
    ...x.decades.map(
      at => `<path d="M${x.of(at)} 0V${HEIGHT}" stroke="#e5e7eb"/>${text(x.of(at), HEIGHT + 18, label(at), 'middle')}`,
    ),
    ...y.decades.map(
      at => `<path d="M0 ${y.of(at)}H${WIDTH}" stroke="#e5e7eb"/>${text(-8, y.of(at) + 4, label(at), 'end')}`,
    ),
  ];
  const drawn = shown.map(({ points: own }, at) => {
    const path = own.map(([size, value], n) => `${n === 0 ? 'M' : 'L'}${x.of(size)} ${y.of(value)}`).join('');
    const dots = own.map(([size, value]) => `<circle cx="${x.of(size)}" cy="${y.of(value)}" r="3"/>`).join('');
    return `<path d="${path}" fill="none" stroke="${COLORS[at]}" stroke-width="2"/><g fill="${COLORS[at]}">${dots}</g>`;
  });
  return [text(0, -12, title), ...grid, ...drawn].join('\n');
}

/** From the power of ten below the least to the one above the greatest. */
function scale(values: readonly number[], place: (share: number) => number) {
  const from = Math.floor(Math.log10(Math.min(...values)));
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(...values))));
  return {
    decades: Array.from({ length: to - from + 1 }, (_, at) => 10 ** (from + at)),
    of: (value: number) => Number(place((Math.log10(value) - from) / (to - from)).toFixed(1)),
  };
}

function label(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 3 });
}

function text(x: number, y: number, said: string, anchor = 'start'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="#111827">${said}</text>`;
}
