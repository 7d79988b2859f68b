// What Docent's page uses of Amazon's crowd-html-elements, which are on the network of AWS alone: a form that sends what
// its inputs have. Radio buttons and checkboxes are maps of booleans, everything else is text.
class CrowdForm extends HTMLElement {
  connectedCallback() {
    // As the real one does, unless there is a button.
    setTimeout(() => {
      if (!this.querySelector("crowd-button[form-action=submit]")) this.append(Object.assign(document.createElement("crowd-button"), { textContent: "Submit" }));
    });
  }

  submit() {
    if (!this.dispatchEvent(new Event("submit", { cancelable: true }))) return;
    const answer = {};
    for (const { name, type, value, checked } of this.querySelectorAll("input[name], textarea[name]")) {
      if (type === "radio" || type === "checkbox") answer[name] = { ...answer[name], [value]: checked };
      else answer[name] = value;
    }
    fetch("/answer", { method: "POST", body: JSON.stringify(answer) }).then(({ ok }) => {
      document.title = ok ? "submitted" : "refused";
    });
  }
}
customElements.define("crowd-form", CrowdForm);
customElements.define("crowd-button", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", () => this.closest("crowd-form").submit());
  }
});
