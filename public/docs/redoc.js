const dark = matchMedia('(prefers-color-scheme: dark)');

/** Redoc computes further colours from these, so they cannot be CSS variables. */
const palettes = {
  light: {
    ground: '#ffffff',
    side: '#f6f6f1',
    ink: '#17221d',
    quiet: '#55645c',
    line: '#dcded6',
    accent: '#1f6f54',
    code: '#15191b',
    good: '#1a7f4f',
    bad: '#b71c1c',
  },
  dark: {
    ground: '#1c2022',
    side: '#15191b',
    ink: '#e8eee9',
    quiet: '#a3b1a8',
    line: '#3a4542',
    accent: '#6cc7a3',
    code: '#101314',
    good: '#6cc7a3',
    bad: '#ff8a8a',
  },
};

const methods = {
  get: '#1f66b5',
  post: '#1a7f4f',
  put: '#8f5a00',
  patch: '#0f766e',
  delete: '#c62828',
};

function themeOf({ ground, side, ink, quiet, line, accent, code, good, bad }) {
  return {
    colors: {
      primary: { main: accent },
      success: { main: good },
      error: { main: bad },
      text: { primary: ink, secondary: quiet },
      border: { dark: line, light: line },
      responses: {
        success: { color: good },
        error: { color: bad },
        redirect: { color: quiet },
        info: { color: quiet },
      },
      http: methods,
    },
    schema: { linesColor: line, nestedBackground: side, typeNameColor: quiet, typeTitleColor: quiet },
    typography: {
      fontFamily: 'system-ui, sans-serif',
      headings: { fontFamily: 'system-ui, sans-serif' },
      code: { color: bad, backgroundColor: side, fontWeight: '400' },
      links: { color: accent, visited: accent, hover: accent },
    },
    sidebar: { backgroundColor: side, textColor: ink, activeTextColor: accent },
    rightPanel: { backgroundColor: code, textColor: '#e8eee9' },
    codeBlock: { backgroundColor: '#15191b' },
    fab: { backgroundColor: ground, color: accent },
  };
}

const target = document.querySelector('#docs');
// Redoc itself marks no part as the main one, by which screen readers skip the menu.
target.role = 'main';

function show() {
  const theme = themeOf(dark.matches ? palettes.dark : palettes.light);
  const options = {
    theme,
    nativeScrollbars: true,
    // Search would run in a worker made from a blob, which the Content-Security-Policy forbids.
    disableSearch: true,
    // Patterns have a fixed colour, which cannot be read on a dark ground.
    hideSchemaPattern: true,
  };
  window.Redoc.init('/openapi.json', options, target);
}

show();
dark.addEventListener('change', show);
