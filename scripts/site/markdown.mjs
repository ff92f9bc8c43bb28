/** Markdown to the body of a page: sections that can be linked to, coloured code, and a file for each example that is a page. */
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import ini from 'highlight.js/lib/languages/ini';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import nginx from 'highlight.js/lib/languages/nginx';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import css from 'highlight.js/lib/languages/css';
import MarkdownIt from 'markdown-it';
import { posix } from 'node:path';

import { PAGES, REPOSITORY } from './pages.mjs';

const LANGUAGES = { html: xml, xml, css, js: javascript, ts: typescript, json, sh: bash, nginx, ini };
for (const [name, language] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, language);
/** Frameworks' single-file components are HTML to the eye. */
hljs.registerAliases(['vue', 'svelte'], { languageName: 'html' });

/** Where the bundles are, seen from demo/docs/examples/. */
const BUNDLES = '../../../dist/cdn/';

const markdown = new MarkdownIt({ html: false, linkify: false, highlight });

/** A line of Markdown as HTML, without a paragraph around it. */
export const inline = (text) => markdown.renderInline(text);

/** Paragraphs of Markdown as HTML. */
export const blocks = (text) => markdown.render(text);

/**
 * @param {import('./pages.mjs').Page} page
 * @param {string} source
 * @returns {{ body: string, sections: { id: string, title: string }[], examples: { name: string, html: string }[] }}
 */
export function markdownPage(page, source) {
  const tokens = markdown.parse(source, {});
  const sections = [];
  const examples = [];
  let section = page.slug;
  for (const [i, token] of tokens.entries()) {
    if (token.type === 'heading_open' && token.tag !== 'h1') {
      const title = tokens[i + 1].content;
      section = slugOf(title);
      token.attrSet('id', section);
      if (token.tag === 'h2') sections.push({ id: section, title });
    }
    if (token.type === 'inline') for (const child of token.children) rewriteLink(child, page.source);
    if (token.type === 'fence' && !page.elsewhere && isPage(token)) {
      const base = section === page.slug ? page.slug : `${page.slug}-${section}`;
      const same = examples.filter(({ name }) => name.startsWith(`${base}.`) || name.startsWith(`${base}-`)).length;
      const name = `${base}${same ? `-${same + 1}` : ''}.html`;
      examples.push({ name, html: examplePage(token.content) });
      token.meta = { example: name };
    }
  }
  return { body: markdown.renderer.render(tokens, markdown.options, {}), sections, examples };
}

/** As GitHub makes them, so that links within docs/ lead to the same place in both. */
export function slugOf(title) {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
}

export function escapeHtml(text) {
  return markdown.utils.escapeHtml(text);
}

function highlight(code, language) {
  return language && hljs.getLanguage(language) ? hljs.highlight(code, { language }).value : escapeHtml(code);
}

/** Whether an example is a whole page, that can be opened. */
function isPage({ info, content }) {
  return info.trim() === 'html' && content.startsWith('<!doctype html>');
}

function examplePage(html) {
  return html.replaceAll(/(src|href)="(peer-elements(?:-qr)?\.(?:js|css))"/g, (whole, attribute, file) => `${attribute}="${BUNDLES}${file}"`);
}

/** To the page made of the same Markdown; to the file itself where there is none. */
function rewriteLink(token, source) {
  const href = token.type === 'link_open' ? token.attrGet('href') : undefined;
  if (!href || /^([a-z]+:|#)/i.test(href)) return;
  const [path, fragment] = href.split('#');
  const file = posix.join(posix.dirname(source), path);
  const page = PAGES.find(({ source: other, slug }) => other === file || file === `demo/docs/${slug}.html`);
  token.attrSet('href', `${page ? `${page.slug}.html` : `${REPOSITORY}${file}`}${fragment ? `#${fragment}` : ''}`);
}

// Wide tables scroll by themselves, and are reached by the keyboard.
markdown.renderer.rules.table_open = () => '<div class="wide" role="group" aria-label="Table" tabindex="0"><table>\n';
markdown.renderer.rules.table_close = () => '</table></div>\n';

const { code_block: codeBlock, fence } = markdown.renderer.rules;
// What may have to be scrolled is reached by the keyboard.
markdown.renderer.rules.code_block = (...args) => codeBlock(...args).replace('<pre>', '<pre tabindex="0">');
markdown.renderer.rules.fence = (tokens, i, options, env, self) => {
  const code = fence(tokens, i, options, env, self).replace('<pre>', '<pre tabindex="0">');
  const example = tokens[i].meta?.example;
  if (!example) return code;
  return `<figure class="example">${code}<figcaption><a href="examples/${example}">Open this page</a></figcaption></figure>\n`;
};
