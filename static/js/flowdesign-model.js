// The definition of a flow as the designer holds it: walking it, naming places, adding and moving its parts.
export const isBranch = (node) => "branches" in node;

// Calls visit(node, list, index, path, before) for every step and branch in reading order; `before` are keys of steps.
export function walk(nodes, visit, path = "steps", before = []) {
  nodes.forEach((node, index) => {
    const here = `${path}[${index}]`;
    visit(node, nodes, index, here, before);
    if (!isBranch(node)) before = [...before, node.key];
    else node.branches.forEach((arm, at) => walk(arm.steps, visit, `${here}.branches[${at}].steps`, before));
  });
}

export function keysOf(definition) {
  const keys = new Set();
  walk(definition.steps, (node) => keys.add(node.key));
  return keys;
}

function freshKey(definition, stem) {
  const keys = keysOf(definition);
  let number = 1;
  while (keys.has(`${stem}_${number}`)) number += 1;
  return `${stem}_${number}`;
}

export function newStep(definition) {
  return {
    key: freshKey(definition, "step"), name: { zh: "", mn: "" }, stage: "", approvers: { kind: "role", role: "unit_head", at: "unit" },
    mode: "any", when: null, days: 0, remind: 0, escalate: null, return_to: "applicant", resume: "start", ask: [],
  };
}

export function newBranch(definition) {
  return { key: freshKey(definition, "branch"), branches: [newArm(), newArm()] };
}

export const newArm = () => ({ name: { zh: "", mn: "" }, when: null, steps: [] });

// What a definition lacks is filled in, so that every field has something to show.
export function completed(definition) {
  const made = { format: 1, steps: Array.isArray(definition?.steps) ? definition.steps : [] };
  walk(made.steps, (node) => {
    if (isBranch(node)) {
      for (const arm of node.branches) {
        arm.name = { zh: "", mn: "", ...arm.name };
        arm.when ??= null;
        arm.steps ??= [];
      }
    } else {
      const { key, ...rest } = newStep(made);
      for (const [name, value] of Object.entries(rest)) node[name] ??= value;
      node.key ??= key;
      node.name = { zh: "", mn: "", ...node.name };
    }
  });
  return made;
}

// A new key of a step is followed by the returns that point to it.
export function renamed(definition, node, key) {
  const old = node.key;
  node.key = key;
  walk(definition.steps, (other) => {
    if (!isBranch(other) && other.return_to === old && other !== node) other.return_to = key;
  });
}

// Every place in which a node may stand, in reading order, as [list, index]; a branch keeps to its own list.
function places(definition, moving) {
  const found = [];
  const inside = (nodes) => {
    found.push([nodes, 0]);
    nodes.forEach((node, index) => {
      if (isBranch(node) && node !== moving) node.branches.forEach((arm) => inside(arm.steps));
      found.push([nodes, index + 1]);
    });
  };
  inside(definition.steps);
  return found;
}

function find(definition, node) {
  let place = null;
  walk(definition.steps, (other, list, index) => { if (other === node) place = [list, index]; });
  return place;
}

// One place on (or back): steps pass through the ways of a branch, so that the keyboard reaches every place.
export function step(definition, node, by) {
  const [list, index] = find(definition, node);
  if (isBranch(node)) return put(definition, node, list, by > 0 ? index + 2 : index - 1);
  const all = places(definition, node);
  const at = all.findIndex(([nodes, place]) => nodes === list && place === index);
  const goal = all[by > 0 ? at + 2 : at - 1];
  return goal ? put(definition, node, ...goal) : false;
}

// Moves a node to a place counted before it is taken out; never into itself.
export function put(definition, node, list, index) {
  const place = find(definition, node);
  if (index < 0 || index > list.length || holds(node, list)) return false;
  if (place) {
    const [from, at] = place;
    if (from === list && (index === at || index === at + 1)) return false;
    from.splice(at, 1);
    if (from === list && at < index) index -= 1;
  }
  list.splice(index, 0, node);
  return true;
}

function holds(node, list) {
  if (!isBranch(node)) return false;
  return node.branches.some((arm) => arm.steps === list || arm.steps.some((inner) => holds(inner, list)));
}

export function remove(definition, node) {
  const [list, index] = find(definition, node);
  list.splice(index, 1);
}
