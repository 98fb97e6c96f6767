/** The look of pages that open without a server: light and dark, on paper and on a phone. */
export const reportStyle = `
:root { color-scheme: light dark; --ink: #1d2125; --dim: #59636e; --paper: #fff; --line: #d1d9e0; --kept: #dff0e4;
  --upheld: #1a7f37; --violated: #c01c28; --inconclusive: #8a5a00; --error: #c01c28; --bar: #3d7ebf; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ea; --dim: #a5adb5; --paper: #16191d; --line: #3a4149; --kept: #1d3a29;
  --upheld: #5fd07f; --violated: #ff8f8f; --inconclusive: #e8b45a; --error: #ff8f8f; --bar: #6ba6e0; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 2rem auto; padding: 0 1rem; color: var(--ink); background: var(--paper); overflow-wrap: break-word; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin: 2.5rem 0 0.3rem; } p { margin: 0.4rem 0; }
section { content-visibility: auto; contain-intrinsic-size: auto 1500px; }
a { color: inherit; } code { font-size: 0.92em; } .dim { color: var(--dim); font-size: 0.92rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.5rem 0.8rem 0.5rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; font-size: 0.9rem; color: var(--dim); } td.verdict { white-space: nowrap; font-weight: 600; }
.upheld { color: var(--upheld); } .violated { color: var(--violated); } .inconclusive { color: var(--inconclusive); } .error { color: var(--error); }
.interval { width: 260px; max-width: 100%; height: auto; display: block; }
.interval .kept { fill: var(--kept); } .interval .bound { stroke: var(--dim); stroke-width: 2; stroke-dasharray: 4 3; }
.interval .range { stroke: currentColor; stroke-width: 2; } .interval circle { fill: currentColor; }
thead th, tbody th { overflow-wrap: anywhere; min-width: 4.5rem; } tbody th { min-width: 7rem; } table:not(.clauses) td { min-width: 4.5rem; }
table.layers th[scope=row] { font-weight: 400; color: inherit; min-width: 9rem; } table.layers th[scope=col] { min-width: 6rem; }
.parts, .key, .bar { print-color-adjust: exact; } .parts { display: flex; width: 11rem; height: 0.6rem; margin-top: 0.25rem; } .parts > * { flex: none; } .key { white-space: nowrap; margin-right: 0.8rem; }
.key > span { display: inline-block; width: 0.8em; height: 0.8em; margin-right: 0.35em; }
.int8 { background: #009e73; } .half { background: #56b4e9; } .float { background: #e69f00; } .other { background: #8a8a8a; } .conversion { background: #cc79a7; }
.bar { display: block; height: 0.6rem; background: var(--bar); border-radius: 2px; margin-top: 0.25rem; }
ul.samples { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 1rem; } figure { margin: 0; font-size: 0.92rem; }
figure img { width: 96px; height: auto; display: block; image-rendering: pixelated; border: 1px solid var(--line); }
details { margin: 0.8rem 0; } summary { cursor: pointer; } pre { white-space: pre-wrap; }
@media (max-width: 640px) { .parts { width: 7rem; } .clauses thead { display: none; } .clauses tr, .clauses td { display: block; border: 0; padding: 0.15rem 0; }
  .clauses tr { border-bottom: 1px solid var(--line); padding: 0.6rem 0; } }
@media print { section { content-visibility: visible; } body { max-width: none; margin: 0; } details > * { display: block; } h2 { break-after: avoid; } tr, figure { break-inside: avoid; } }`
