/** What the test finds in the page: `faults`, its session. */
import { Session } from './session.js';

globalThis.faults = new Session();
