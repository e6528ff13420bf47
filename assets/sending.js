// Sending files to what they belong to. Draws nothing.
import { say } from "./words.js";

// Send one file; `onShare` hears how much of it has gone. Resolves to what the server says of it, rejects with a sentence.
function sendFile(scope, item, file, onShare) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const query = new URLSearchParams({ scope, scope_id: item, name: file.name || "file" });
    request.open("POST", `/files?${query}`);
    request.upload.onprogress = (event) => event.lengthComputable && onShare(event.loaded / event.total);
    request.onerror = () => reject(new Error("⟦The server could not be reached. Try again in a moment.⟧"));
    request.onload = () => {
      let said = {};
      try { said = JSON.parse(request.responseText); } catch { /* Not ours: a proxy's page. */ }
      if (request.status === 201) return resolve(said);
      reject(new Error(Object.values(said.errors ?? {})[0] ?? said.detail ?? "⟦The file could not be stored.⟧"));
    };
    request.send(file);
  });
}

// Whether a file may be chosen here, by its name; the server looks at what is in it.
function checkEnding(input, file) {
  const endings = input.accept.split(",").filter(Boolean);
  if (endings.length && !endings.some((one) => file.name.toLowerCase().endsWith(one)))
    throw new Error("⟦Files of this type are not taken here.⟧");
}

// Send what was chosen in an input, one after the other, and say beside it how that goes. `check` throws a sentence for
// what may not be sent; `onSent` hears what the server says of each.
export async function sendChosen(input, scope, item, check, onSent) {
  const box = input.closest("[data-upload-box]");
  const [status, problem] = ["status", "error"].map((name) => box.querySelector(`[data-upload-${name}]`));
  problem.textContent = "";
  input.disabled = true;
  for (const file of [...input.files]) {
    try {
      checkEnding(input, file);
      check(file);
      status.textContent = say("⟦Sending {name}…⟧", { name: file.name });
      const said = await sendFile(scope, item, file, (share) => {
        status.textContent = say("⟦Sending {name}: {percent} %⟧", { name: file.name, percent: Math.round(share * 100) });
      });
      status.textContent = say("⟦{name} was sent.⟧", { name: file.name });
      onSent(said);
    } catch (error) {
      status.textContent = "";
      problem.textContent = `${file.name}: ${error.message}`;
      break;
    }
  }
  input.disabled = false;
  input.value = "";
}
