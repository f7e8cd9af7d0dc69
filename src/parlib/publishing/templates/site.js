// Search, filters and the map of the index page. Without it the table and the map still lead to every report.
{
  const form = document.querySelector(".filters");
  const rows = [...document.querySelectorAll("tbody tr")];
  const maps = [...document.querySelectorAll(".map")];
  const count = document.getElementById("count");
  const field = (name) => document.getElementById(name)?.value ?? "";
  // The same reduction as of the keys: no case, no diacritics, no spaces.
  const fold = (text) => text.normalize("NFKD").replace(/đ/gi, "d").toLowerCase().replace(/[^a-z0-9]/g, "");

  const update = () => {
    const words = fold(field("search"));
    const [year, language, region, state] = ["year", "language", "region", "state"].map(field);
    const found = new Set();
    let shown = 0;
    for (const row of rows) {
      const data = row.dataset;
      const fits = (!words || data.key.split(" ").some((key) => key.includes(words)))
        && (!year || data.year === year) && (!region || data.region === region) && (!state || data.state === state)
        && (!language || data.languages.split(" ").includes(language));
      row.hidden = !fits;
      if (fits) { shown += 1; found.add(data.stem); }
      for (const files of row.querySelectorAll("[data-language]")) {
        files.hidden = Boolean(language) && files.dataset.language !== language;
      }
    }
    count.textContent = shown === 0 ? count.dataset.none
      : shown === 1 ? count.dataset.one : count.dataset.many.replace("#", shown);
    maps.forEach((map, place) => {
      const mine = map.dataset.years.split(" ");
      map.hidden = year ? !mine.includes(year) : place > 0;
      for (const tile of map.querySelectorAll("a.tile")) {
        tile.classList.toggle("dim", !found.has(tile.dataset.stem));
        const target = tile.dataset[year || mine.find((each) => each in tile.dataset)];
        if (target) tile.href = target; else tile.removeAttribute("href");
      }
    });
  };

  form.hidden = false;
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    document.querySelector("tbody tr:not([hidden]) th a")?.click();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|SELECT)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      document.getElementById("search").focus();
    }
  });

  // One stop of the Tab key for a whole map; arrow keys walk from tile to tile.
  for (const map of maps) {
    const tiles = [...map.querySelectorAll("a.tile")];
    tiles.forEach((tile, place) => { tile.tabIndex = place === 0 ? 0 : -1; });
    const at = (tile) => [Number(tile.dataset.row), Number(tile.dataset.column)];
    map.addEventListener("keydown", (event) => {
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      const here = document.activeElement;
      if (!step || !tiles.includes(here)) return;
      event.preventDefault();
      const [row, column] = at(here);
      const ahead = tiles.map((tile) => {
        const [down, right] = [at(tile)[0] - row, at(tile)[1] - column];
        const along = down * step[0] + right * step[1];
        const aside = Math.abs(down * step[1]) + Math.abs(right * step[0]);
        return { tile, along, far: along + 3 * aside };
      }).filter((each) => each.along > 0).sort((one, other) => one.far - other.far);
      if (!ahead.length) return;
      here.tabIndex = -1;
      ahead[0].tile.tabIndex = 0;
      ahead[0].tile.focus();
    });
  }
  update();
}
