"use strict";
// Draws /openapi.json and lets its requests be tried out. Texts become text nodes, never markup.

let description;

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes || {})) made.setAttribute(attribute, value);
  made.append(...children.filter(child => child !== undefined && child !== null));
  return made;
}

function resolved(part) {
  if (!part || !part.$ref) return part;
  return part.$ref.slice(2).split("/").reduce((found, name) => found[name], description);
}

function schema_link(schema) {
  if (!schema) return "";
  if (schema.$ref) {
    const name = schema.$ref.split("/").pop();
    return element("a", { href: "#schema-" + name }, name);
  }
  if (schema.oneOf) return element("span", {}, ...schema.oneOf.flatMap((one, i) => i ? [" or ", schema_link(one)] : [schema_link(one)]));
  if (schema.type === "array") return element("span", {}, "list of ", schema_link(schema.items));
  if (schema.enum) return schema.enum.join(" | ");
  return [].concat(schema.type || "any").filter(type => type !== "null").join(" or ");
}

function bounds(schema) {
  const said = [];
  if (schema.minimum !== undefined) said.push("from " + schema.minimum);
  if (schema.maximum !== undefined) said.push("to " + schema.maximum);
  if (schema.maxItems !== undefined) said.push("at most " + schema.maxItems);
  if (schema.default !== undefined) said.push("default " + schema.default);
  return said.length ? " (" + said.join(", ") + ")" : "";
}

function table(header, rows) {
  return element("table", {}, element("thead", {}, element("tr", {}, ...header.map(text => element("th", {}, text)))),
    element("tbody", {}, ...rows.map(row => element("tr", {}, ...row.map(cell => element("td", {}, cell))))));
}

function schema_section(name, schema) {
  const required = schema.required || [];
  const rows = Object.entries(schema.properties || {}).map(([field, part]) => [
    element("code", {}, field + (required.includes(field) ? " *" : "")),
    element("span", {}, schema_link(part), bounds(part)),
    (part.description || resolved(part).description || ""),
  ]);
  return element("details", { id: "schema-" + name }, element("summary", {}, element("strong", {}, name)),
    element("p", {}, schema.description || ""), rows.length ? table(["field (* needed)", "type", "meaning"], rows) : element("pre", {}, JSON.stringify(schema, null, 1)));
}

function example_of(operation) {
  const content = operation.requestBody && operation.requestBody.content["application/json"];
  return content && Object.values(content.examples || {})[0].value;
}

function parameters_of(path_item, operation) {
  return [...(path_item.parameters || []), ...(operation.parameters || [])];
}

async function send(method, path, inputs, body, output) {
  let address = path;
  const query = new URLSearchParams();
  for (const { parameter, input } of inputs) {
    if (parameter.in === "path") address = address.replace("{" + parameter.name + "}", encodeURIComponent(input.value));
    else if (input.value) query.set(parameter.name, input.value);
  }
  const headers = {};
  const key = document.getElementById("key").value;
  if (key) headers.Authorization = "Bearer " + key;
  if (body) headers["Content-Type"] = "application/json";
  try {
    const answer = await fetch(address + (query.size ? "?" + query : ""), { method, headers, body: body ? body.value : undefined });
    const text = await answer.text();
    let shown = text;
    try { shown = JSON.stringify(JSON.parse(text), null, 1); } catch { /* not JSON: as it is */ }
    output.textContent = answer.status + " " + (answer.headers.get("Content-Type") || "") + "\n\n" + shown;
  } catch (wrong) {
    output.textContent = String(wrong);
  }
}

function try_out(method, path, path_item, operation) {
  const inputs = parameters_of(path_item, operation).map(parameter => ({ parameter, input: element("input", { "aria-label": parameter.name }) }));
  const example = example_of(operation);
  const body = example && element("textarea", { "aria-label": "Body", spellcheck: "false" });
  if (body) body.value = JSON.stringify(example, null, 1);
  const output = element("pre", { "aria-live": "polite" });
  const button = element("button", { type: "button" }, "Send");
  button.addEventListener("click", () => send(method, path, inputs, body, output));
  return element("details", {}, element("summary", {}, "Try it out"),
    ...inputs.map(({ parameter, input }) => element("p", {}, element("label", {}, parameter.name + " ", input))), body, element("p", {}, button), output);
}

function operation_section(method, path, path_item, operation) {
  const parameters = parameters_of(path_item, operation);
  const body = operation.requestBody && operation.requestBody.content["application/json"];
  const answers = Object.entries(operation.responses).map(([status, response]) => {
    const told = resolved(response);
    const content = Object.values(told.content || {})[0];
    return [status, told.description, content ? schema_link(content.schema) : ""];
  });
  const needs = (operation.security || description.security).map(one => Object.keys(one)[0] === "publicKey" ? "public" : "secret");
  return element("section", { id: operation.operationId },
    element("h3", {}, element("span", { class: "method" }, method), " ", element("code", {}, path)),
    element("p", {}, element("strong", {}, operation.summary + ". "), operation.description || "", " ", needs.length ? "Key: " + needs.join(" or ") + "." : "No key."),
    parameters.length ? table(["parameter", "type", "meaning"], parameters.map(one => [element("code", {}, one.name + (one.required ? " *" : "")), element("span", {}, schema_link(one.schema), bounds(one.schema)), one.description || ""])) : null,
    body ? element("p", {}, "Body: ", schema_link(body.schema)) : null,
    body ? element("pre", {}, JSON.stringify(example_of(operation), null, 1)) : null,
    table(["answer", "meaning", "body"], answers),
    try_out(method, path, path_item, operation));
}

function draw() {
  const by_tag = new Map(description.tags.map(tag => [tag.name, []]));
  for (const [path, path_item] of Object.entries(description.paths))
    for (const method of ["get", "post", "put", "patch", "delete"])
      if (path_item[method]) by_tag.get(path_item[method].tags[0]).push([method.toUpperCase(), path, path_item, path_item[method]]);
  document.getElementById("about").textContent = description.info.description;
  const contents = document.getElementById("contents"), main = document.getElementById("operations");
  const links = element("ul", {});
  for (const [tag, operations] of by_tag) {
    main.append(element("h2", {}, tag));
    for (const [method, path, path_item, operation] of operations) {
      links.append(element("li", {}, element("a", { href: "#" + operation.operationId }, method + " " + path)));
      main.append(operation_section(method, path, path_item, operation));
    }
  }
  contents.append(links);
  const schemas = description.components.schemas;
  main.append(element("h2", { id: "problems" }, "Problems"), element("p", {}, "Every error is application/problem+json (RFC 9457); its code is one of:"),
    element("ul", {}, ...schemas.Problem.properties.code.enum.map(code => element("li", { id: "problem-" + code }, element("code", {}, code)))));
  main.append(element("h2", {}, "Schemas"), ...Object.entries(schemas).map(([name, schema]) => schema_section(name, schema)));
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

window.addEventListener("hashchange", () => {
  const target = document.getElementById(location.hash.slice(1));
  if (target && target.tagName === "DETAILS") target.open = true;
});

fetch("/openapi.json").then(answer => answer.json()).then(json => { description = json; draw(); })
  .catch(wrong => { document.getElementById("about").textContent = "The description could not be read: " + wrong; });
