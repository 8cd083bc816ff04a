// A classic script, so that it runs before the first paint: a page that turns dark afterwards is a flash in the face.
try {
  const theme = localStorage.getItem('tuppence.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage is switched off: the system's theme it is.
}
