// The table of contents follows the reader.
export function start(nav) {
  const links = new Map([...nav.querySelectorAll("a[href^='#']")].map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver(
    (entries) => {
      const entry = entries.find((one) => one.isIntersecting);
      if (!entry) return;
      links.forEach((link, id) => {
        if (id === entry.target.id) link.setAttribute("aria-current", "location");
        else link.removeAttribute("aria-current");
      });
    },
    { rootMargin: "0px 0px -65% 0px" },
  );
  links.forEach((_, id) => {
    const clause = document.getElementById(decodeURIComponent(id));
    if (clause) seen.observe(clause);
  });
}
