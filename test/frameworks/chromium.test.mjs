import { describeApps } from './app-tests.mjs';

// In these builds the frameworks warn, and React's StrictMode mounts everything twice.
describeApps('chromium', 'development');
