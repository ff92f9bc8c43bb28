/** What is around the body of every page of the documentation. */
import { escapeHtml, inline } from './markdown.mjs';
import { PAGES } from './pages.mjs';

/**
 * @param {import('./pages.mjs').Page} page
 * @param {{ body: string, sections: { id: string, title: string }[] }} content
 */
export function layout(page, { body, sections }) {
  const [before, after] = neighbours(page);
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>${escapeHtml(page.title)}: peer-elements</title>
    <meta name="description" content="${escapeHtml(page.description)}">
    <link rel="icon" href="../icon.svg">
    <link rel="stylesheet" href="../demo.css">
    <link rel="stylesheet" href="docs.css">
  </head>
  <body class="docs">
    <a class="skip" href="#content">Skip to the text</a>
    <header>
      <a class="home-link" href="../"><img src="../icon.svg" alt="" width="32" height="32"> peer-elements</a>
      <nav aria-label="Documentation">
        <ul>
${PAGES.map((each) => `          <li><a href="${each.slug}.html"${each === page ? ' aria-current="page"' : ''}>${escapeHtml(each.title)}</a></li>`).join('\n')}
          <li><a href="../playground.html">Playground</a></li>
        </ul>
      </nav>
    </header>
    <div class="page">
${contents(sections)}      <main id="content">
${body}
        <nav class="turn" aria-label="Next and previous page">
          ${before ? `<a rel="prev" href="${before.slug}.html">${escapeHtml(before.title)}</a>` : '<span></span>'}
          ${after ? `<a rel="next" href="${after.slug}.html">${escapeHtml(after.title)}</a>` : '<span></span>'}
        </nav>
      </main>
    </div>
    <footer>
      <a href="../">Demos</a>
      <a href="../../${page.source ?? 'custom-elements.json'}">Source of this page</a>
      <span>MIT licence</span>
    </footer>
  </body>
</html>
`;
}

function contents(sections) {
  if (sections.length < 2) return '';
  return `      <details class="contents">
        <summary>On this page</summary>
        <nav aria-label="On this page">
          <ul>
${sections.map(({ id, title }) => `            <li><a href="#${id}">${inline(title)}</a></li>`).join('\n')}
          </ul>
        </nav>
      </details>
`;
}

function neighbours(page) {
  const at = PAGES.indexOf(page);
  return [PAGES[at - 1], PAGES[at + 1]];
}
