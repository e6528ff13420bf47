(() => {
  const theme = document.cookie.match(/(?:^|; )lectern-theme=(system|light|dark)/)?.[1];
  if (!theme) return;
  document.cookie = `lectern-theme=;path=/;max-age=0;samesite=lax${location.protocol === "https:" ? ";secure" : ""}`;
  try {
    const kept = (name) => localStorage.getItem(name) ?? "system";
    if (theme !== "system" || kept("theme") === kept("lectern.theme")) {
      const device = matchMedia("(prefers-color-scheme:dark)").matches ? "dark" : "light", root = document.documentElement;
      localStorage.setItem("theme", theme);
      root.classList.remove("light", "dark");
      root.classList.add((root.style.colorScheme = theme === "system" ? device : theme));
    }
    localStorage.setItem("lectern.theme", theme);
  } catch {}
})();
