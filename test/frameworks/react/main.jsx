import 'peer-elements/define';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.jsx';
import { Snippet } from './snippet.jsx';

const page = location.hash === '#snippet' ? <Snippet /> : <App query={new URLSearchParams(location.search)} />;
createRoot(document.querySelector('main')).render(<StrictMode>{page}</StrictMode>);
