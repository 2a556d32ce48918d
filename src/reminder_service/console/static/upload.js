// Files dropped on a form, and how far they are; without this file the form works as any other.
"use strict";
(() => {
  for (const form of document.querySelectorAll("form[data-upload]")) {
    const zone = form.querySelector("[data-drop]");
    const input = form.querySelector("input[type=file]");
    const list = form.querySelector(".chosen");
    const line = form.querySelector(".sending");
    const bar = line.querySelector("progress");
    const words = line.querySelector("span");

    const say = (text) => { line.hidden = false; words.textContent = text; };
    const size = (bytes) => (bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);
    const show = () => list.replaceChildren(...Array.from(input.files, (file) => {
      const entry = document.createElement("li");
      entry.textContent = `${file.name}（${size(file.size)}）`;
      return entry;
    }));

    input.addEventListener("change", show);
    for (const name of ["dragenter", "dragover"]) {
      zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("over"); });
    }
    for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!event.dataTransfer.files.length) return;
      const all = new DataTransfer();
      const kept = input.multiple ? [...input.files, ...event.dataTransfer.files] : [event.dataTransfer.files[0]];
      for (const file of kept) all.items.add(file);
      input.files = all.files;
      show();
    });

    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      const request = new XMLHttpRequest();
      const button = form.querySelector("button:not([type=button])");
      button.disabled = true;
      bar.value = 0;
      say("正在上传…");
      request.upload.addEventListener("progress", (step) => {
        if (step.lengthComputable) bar.value = (100 * step.loaded) / step.total;
        say(`已上传${size(step.loaded)}，共${size(step.total)}`);
      });
      request.upload.addEventListener("load", () => { bar.removeAttribute("value"); say("已上传，正在识别，请稍候…"); });
      request.addEventListener("error", () => { button.disabled = false; bar.value = 0; say("没有传完，请检查网络后重试。"); });
      request.addEventListener("load", () => {
        if (request.status < 400) { window.location.assign(request.responseURL); return; }
        const page = new DOMParser().parseFromString(request.responseText, "text/html");
        const told = page.querySelector(".error-words");
        button.disabled = false;
        bar.value = 0;
        say(told ? told.textContent : request.responseText.slice(0, 200));
      });
      request.open("POST", form.action);
      request.send(new FormData(form));
    });
  }
})();
