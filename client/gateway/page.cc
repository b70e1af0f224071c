#include "client/gateway/page.h"

#include "client/gateway/call.h"

namespace usher::gateway {
namespace {

constexpr std::string_view kPage = R"html(<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Usher</title>
<style>
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#222}
h1{margin:0}h2{margin:2rem 0 .5rem}small,#said{color:#666}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #eee}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.bar{background:#eee;height:.6rem;width:12rem}.bar i{display:block;height:100%;background:#386}
@media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}.bar{background:#333}
th,td{border-color:#333}}
</style></head><body>
<h1>Usher</h1><p id="said">loading</p><main></main>
<p><small><a href="/api/openapi.json">the API</a></small></p>
<script>
const main = document.querySelector('main'), said = document.querySelector('#said');
const cell = (row, text, kind) => {
  const made = row.insertCell(); made.textContent = text; if (kind) made.className = kind;
  return made;
};
function show(events) {
  main.replaceChildren(...events.map(event => {
    const part = document.createElement('section'), name = document.createElement('h2');
    name.textContent = event.eventId;
    const table = document.createElement('table');
    for (const one of event.sections) {
      const row = table.insertRow();
      cell(row, one.name); cell(row, one.available + ' of ' + one.total, 'n');
      const bar = document.createElement('div'), fill = document.createElement('i');
      bar.className = 'bar';
      fill.style.width = (one.total ? 100 * one.available / one.total : 0) + '%';
      bar.append(fill); cell(row, '').append(bar);
    }
    part.append(name, table);
    return part;
  }));
}
async function look() {
  try {
    const answer = await fetch('/api/events?limit=50');
    if (!answer.ok) throw new Error((await answer.json()).detail);
    const {events, next} = await answer.json();
    show(events);
    said.textContent = events.length + (next ? ' events and more' : ' events');
  } catch (problem) { said.textContent = problem.message; }
  setTimeout(look, 1000);
}
look();
</script></body></html>
)html";

}  // namespace

std::string_view page_html() { return kPage; }

void answer(const Sources&, const PageRoute&, Asked, Reply reply) {
  reply(Answered{.body = std::string(page_html()), .content_type = "text/html; charset=utf-8"});
}

void answer(const Sources&, const OpenapiRoute&, Asked, Reply reply) {
  reply(Answered{.body = std::string(openapi_json())});
}

}  // namespace usher::gateway
