// What the weights add up to, while they are typed; the server says the same without scripts.
(() => {
  const output = document.querySelector("[data-sum-of]");
  if (!output) return;
  const weights = () => [...document.querySelectorAll(`input[name$="-${output.dataset.sumOf}"]`)];
  const removed = (field) => document.querySelector(`[name="${field.name.split("-")[0]}-remove"]`);

  function add() {
    let sum = 0;
    for (const field of weights()) {
      const box = removed(field);
      // In ten-thousandths, so that a tenth three times is three tenths.
      if (!(box && box.checked)) sum += Math.round((parseFloat(field.value) || 0) * 10000);
    }
    output.textContent = String(sum / 10000);
  }

  document.addEventListener("input", add);
  document.addEventListener("change", add);
})();
