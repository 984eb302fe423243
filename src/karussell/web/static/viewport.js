/** How much of the window is seen: a phone's own keyboard may cover a part of it. */

export function followScreen() {
  const seen = window.visualViewport;
  if (!seen) return;
  const follow = () => {
    if (seen.scale > 1.01) return; // somebody looks closer at a part: nothing is covered
    document.documentElement.style.setProperty("--seen", `${seen.height}px`);
    if (seen.offsetTop > 0) scrollTo(0, 0);
  };
  seen.addEventListener("resize", follow);
  seen.addEventListener("scroll", follow);
  follow();
}
