/** View of the controls of `interact`: a row for each, with label, input and value. */

const format = (value) =>
  typeof value === "number" ? String(Number(value.toPrecision(4))) : String(value);

/** Returns the number of steps of a slider, and the conversions between values and positions from 0 to 1. */
function scaleOf({ min, max, step, log }) {
  if (log) return { steps: 200, toValue: (t) => Number((min * (max / min) ** t).toPrecision(3)), toPosition: (v) => Math.log(v / min) / Math.log(max / min) };
  const decimals = Math.max(0, Math.ceil(-Math.log10(step)) + 2);
  const steps = Math.round((max - min) / step);
  return {
    steps,
    toValue: (t) => Math.min(max, Number((min + Math.round(t * steps) * step).toFixed(decimals))),
    toPosition: (v) => (v - min) / (max - min),
  };
}

function sliderOf(control, value, change) {
  const { steps, toValue, toPosition } = scaleOf(control);
  const input = Object.assign(document.createElement("input"), { type: "range", min: 0, max: steps, step: 1 });
  const shown = document.createElement("output");
  const show = (v) => {
    shown.textContent = format(v);
    input.setAttribute("aria-valuetext", format(v));
  };
  const setValue = (v) => {
    input.value = Math.round(toPosition(v) * steps);
    show(v);
  };
  setValue(value);
  input.addEventListener("input", () => {
    const position = input.valueAsNumber / steps;
    const next = position === 0 ? control.min : position === 1 ? control.max : toValue(position);
    show(next);
    change(next);
  });
  return { input, shown, setValue };
}

function dropdownOf({ options }, value, change) {
  const input = document.createElement("select");
  for (const option of options) input.append(new Option(String(option)));
  const setValue = (v) => {
    input.selectedIndex = options.indexOf(v);
  };
  setValue(value);
  input.addEventListener("change", () => change(options[input.selectedIndex]));
  return { input, setValue };
}

function checkboxOf(_, value, change) {
  const input = Object.assign(document.createElement("input"), { type: "checkbox", checked: value });
  input.addEventListener("change", () => change(input.checked));
  const setValue = (v) => {
    input.checked = v;
  };
  return { input, setValue };
}

function textboxOf(_, value, change) {
  const input = Object.assign(document.createElement("input"), { type: "text", value });
  input.addEventListener("input", () => change(input.value));
  const setValue = (v) => {
    if (input.value !== v) input.value = v;
  };
  return { input, setValue };
}

const kinds = { slider: sliderOf, dropdown: dropdownOf, checkbox: checkboxOf, textbox: textboxOf };
let views = 0;

function render({ model, el }) {
  const view = ++views;
  el.classList.add("tapelab-controls");
  el.setAttribute("role", "group");
  const rows = model.get("controls").map((control) => {
    const value = model.get("values")[control.name];
    const change = (next) => {
      model.set("values", { ...model.get("values"), [control.name]: next });
      model.save_changes();
    };
    const row = kinds[control.kind](control, value, change);
    const label = Object.assign(document.createElement("label"), { textContent: control.label });
    // keeps arrow keys for the slider: JupyterLab would move the selection of cells
    row.input.dataset.lmSuppressShortcuts = "true";
    row.input.id = `tapelab-control-${view}-${control.name}`;
    label.htmlFor = row.input.id;
    el.append(label, row.input, row.shown ?? document.createElement("span"));
    return { name: control.name, setValue: row.setValue };
  });
  // follows changes in other views of the same controls
  const follow = () => {
    for (const { name, setValue } of rows) setValue(model.get("values")[name]);
  };
  model.on("change:values", follow);
  return () => model.off("change:values", follow);
}

export default { render };
