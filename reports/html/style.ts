const LIGHT = `
  --paper: #ffffff; --wash: #f6f7f8; --ink: #1b1e22; --muted: #5a626c; --line: #dfe2e6;
  --interval: #c9d2dc; --blue: #0072b2; --orange: #c75300;`;
const DARK = `
  --paper: #15181b; --wash: #1d2125; --ink: #e9ebee; --muted: #a2abb5; --line: #343a41;
  --interval: #475461; --blue: #56b4e9; --orange: #f0a040;`;

/** Calm on a screen, light or dark, and on A4. No font, image or rule is fetched from anywhere. */
export const STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums lining-nums;
}
main { max-width: 62rem; margin: 0 auto; padding: 3.5rem 1.5rem 5rem; }
h1 { margin: 0; font-size: 2.5rem; line-height: 1.15; font-weight: 650; letter-spacing: -0.02em; }
h2 { margin: 4rem 0 0.4rem; font-size: 1.3rem; font-weight: 650; letter-spacing: -0.01em; }
h3 { margin: 2.2rem 0 0.2rem; font-size: 1rem; font-weight: 600; }
p { margin: 0.4rem 0; max-width: 46rem; }
.eyebrow { color: var(--muted); font-size: 0.9rem; margin-bottom: 0.5rem; }
.facts { color: var(--muted); margin-top: 0.6rem; }
.lead { font-size: 1.3rem; line-height: 1.5; margin: 2.2rem 0 2.4rem; max-width: 50rem; }
.note { color: var(--muted); font-size: 0.92rem; }
.figures { display: grid; grid-template-columns: repeat(5, 1fr); border-block: 1px solid var(--line); margin: 0; }
.figures > div { padding: 1.1rem 1rem 1.2rem; border-left: 1px solid var(--line); min-width: 0; }
.figures > div:first-child { border-left: 0; padding-left: 0; }
.figures dt { color: var(--muted); font-size: 0.9rem; }
.figures dd { margin: 0; }
.figures .value { font-size: 1.55rem; font-weight: 600; letter-spacing: -0.01em; overflow-wrap: anywhere; }
.figures .small { color: var(--muted); font-size: 0.84em; line-height: 1.4; }
.notes { margin-top: 1.6rem; }
.scroll { overflow-x: auto; margin-top: 0.9rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; line-height: 1.4; }
caption { text-align: left; color: var(--muted); padding-bottom: 0.4rem; }
th, td { text-align: left; vertical-align: top; padding: 0.5rem 0.7rem; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--muted); font-weight: 500; vertical-align: bottom; border-bottom-color: var(--muted); }
tbody th { font-weight: 500; }
tfoot th, tfoot td { font-weight: 650; border-bottom: 0; border-top: 1px solid var(--muted); }
tfoot tr + tr th, tfoot tr + tr td { border-top: 0; }
.n { text-align: right; white-space: nowrap; }
.sub { display: block; color: var(--muted); font-size: 0.9em; font-weight: 400; }
.n .sub { white-space: nowrap; }
time, .sub code { white-space: nowrap; }
abbr { text-decoration: none; color: var(--muted); cursor: help; }
code { font: 0.86em ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere; }
.tag { white-space: nowrap; }
.tag::before { content: ""; display: inline-block; width: 0.55em; height: 0.55em; margin-right: 0.45em; border-radius: 50%; background: var(--blue); }
.tag.no::before { background: transparent; border: 2px solid var(--orange); border-radius: 0; transform: rotate(45deg); }
.tag.open::before { background: transparent; border: 2px solid var(--muted); }
ul.reasons { margin: 0; padding: 0; list-style: none; }
ul.reasons li + li { margin-top: 0.45rem; }
figure { margin: 1.4rem 0 0.6rem; }
figcaption { font-weight: 600; font-size: 0.95rem; margin-bottom: 0.6rem; }
figure svg { display: block; width: 100%; height: auto; max-width: 48rem; }
figure svg text { paint-order: stroke; stroke: var(--paper); stroke-width: 3px; stroke-linejoin: round; }
.key { display: flex; flex-wrap: wrap; gap: 0.2rem 1.4rem; margin: 0.5rem 0 0; padding: 0; list-style: none; color: var(--muted); font-size: 0.85rem; }
.key svg { display: inline-block; width: 18px; height: 12px; margin-right: 0.45em; vertical-align: -1px; }
dl.words { display: grid; grid-template-columns: 11rem 1fr; gap: 0.45rem 1.2rem; margin: 0.8rem 0 0; font-size: 0.92rem; }
dl.words dt { font-weight: 600; }
dl.words dd { margin: 0; max-width: 44rem; }
@media (max-width: 46rem) {
  main { padding-top: 2rem; }
  .figures { grid-template-columns: 1fr 1fr; }
  .figures > div, .figures > div:first-child { border-left: 0; padding-left: 0; }
  dl.words { grid-template-columns: 1fr; gap: 0 0; }
  dl.words dd { margin-bottom: 0.6rem; }
}
@page { size: A4; margin: 16mm 15mm; }
@media print {
  :root { color-scheme: light; ${LIGHT} }
  :root { font-size: 10pt; }
  body { font-size: 1rem; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  h1 { font-size: 24pt; }
  h2 { margin-top: 22pt; font-size: 13pt; }
  h3 { margin-top: 12pt; }
  h2, h3, h2 + p, h3 + p, figcaption, caption { break-after: avoid; }
  .lead { font-size: 12.5pt; margin: 14pt 0; }
  .figures .value { font-size: 14pt; }
  table { font-size: 8.3pt; }
  th, td { padding: 3.5pt 5pt; }
  .scroll { overflow: visible; }
  tr, figure, .figures, dl.words dt, dl.words dd { break-inside: avoid; }
  .sub code { white-space: normal; }
  thead { display: table-header-group; }
  tfoot { display: table-row-group; }
  figure svg { max-width: 165mm; }
}
`;
