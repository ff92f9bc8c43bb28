import { expect } from '@open-wc/testing';

import { cleanPage, markup } from '../../../support/elements.js';

const { DateTimeFormat } = Intl;
const LIST = '<ol><template data-peer-each="message"><li><time itemprop="_time"></time></li></template></ol>';

describe('the first formatter of times', () => {
  let made: unknown[][];
  beforeEach(() => {
    made = [];
    Intl.DateTimeFormat = new Proxy(DateTimeFormat, {
      construct: (target, given: ConstructorParameters<typeof DateTimeFormat>) => {
        made.push(given);
        return new target(...given);
      },
    });
  });
  afterEach(async () => {
    Intl.DateTimeFormat = DateTimeFormat;
    await cleanPage();
  });

  // Idle callbacks are called in the order in which they were asked for.
  const idle = () => new Promise((resolve) => requestIdleCallback(resolve));

  it('is not made for a page that shows none', async () => {
    markup('<peer-channel><ol><template data-peer-each="message"><li></li></template></ol></peer-channel>');
    await idle();
    expect(made).to.be.empty;
  });

  it('is made before any channel opens, when the page has nothing else to do', async () => {
    markup(`<peer-channel>${LIST}</peer-channel>`);
    expect(made).to.be.empty;
    await idle();
    expect(made).to.have.length(1);
    markup(`<peer-channel>${LIST}</peer-channel>`);
    await idle();
    expect(made).to.have.length(1);
  });
});
