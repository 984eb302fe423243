/**
 * Keeps the page as high as what can be seen of it. A telephone's own keyboard covers the foot of the
 * page, where the words are, and some browsers tell nobody but the visual viewport.
 */

const view = window.visualViewport;

function follow() {
  // A page that is zoomed into is seen in part, and stays as it is.
  if (!view || view.scale > 1.01) return;
  document.documentElement.style.setProperty("--seen", `${view.height}px`);
  if (view.offsetTop > 0) scrollTo(0, 0); // pushed up to show a caret that is in sight now
}

view?.addEventListener("resize", follow);
view?.addEventListener("scroll", follow);
