import { describeApps } from './app-tests.mjs';

describeApps('firefox', 'production');
