'use strict';
for (const table of document.querySelectorAll('.completions')) {
  const body = table.tBodies[0], rows = [...body.rows], region = table.closest('.wide');
  const texts = rows.map(row => row.textContent.toLowerCase());
  const tools = document.createElement('div'), label = document.createElement('label'), input = document.createElement('input');
  const count = document.createElement('span');
  tools.className = 'tools';
  label.textContent = 'Search';
  input.type = 'search';
  input.id = 'search' + document.querySelectorAll('input').length;
  label.htmlFor = input.id;
  count.setAttribute('role', 'status');
  tools.append(label, input, count);
  region.before(tools);
  const search = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, i) => { row.hidden = !words.every(word => texts[i].includes(word)); if (!row.hidden) shown++; });
    count.textContent = shown + ' of ' + rows.length;
  };
  input.addEventListener('input', search);
  search();
  [...table.tHead.rows[0].cells].forEach((cell, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = cell.textContent;
    cell.replaceChildren(button);
    button.addEventListener('click', () => {
      const down = cell.getAttribute('aria-sort') === 'ascending';
      for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
      cell.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const key = row => row.cells[column].textContent;
      const number = text => text === '–' ? -Infinity : Number(text);
      const isText = column === 1 || column === 2;
      const sorted = [...rows].sort((a, b) => isText ? key(a).localeCompare(key(b)) : number(key(a)) - number(key(b)) || 0);
      if (down) sorted.reverse();
      body.append(...sorted);
    });
  });
}
for (const stories of document.querySelectorAll('.stories')) {
  const all = [...stories.children];
  if (all.length < 2) continue;
  const tools = document.createElement('div'), label = document.createElement('label'), select = document.createElement('select');
  tools.className = 'tools';
  label.textContent = 'Prompt';
  select.id = 'prompt-choice' + document.querySelectorAll('select').length;
  label.htmlFor = select.id;
  all.forEach((story, i) => select.append(new Option((i + 1) + '. ' + story.querySelector('h4').textContent.slice(0, 80), i)));
  const show = i => { select.selectedIndex = (i + all.length) % all.length; all.forEach((story, k) => { story.hidden = k !== select.selectedIndex; }); };
  const step = (text, by) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = text;
    button.addEventListener('click', () => show(select.selectedIndex + by));
    return button;
  };
  select.addEventListener('change', () => show(select.selectedIndex));
  tools.append(label, select, step('Previous', -1), step('Next', 1));
  stories.before(tools);
  show(0);
}
