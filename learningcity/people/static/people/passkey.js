/* Passkeys: the one thing here that needs a script. A form with data-passkey="get" or "create" asks the device
   for a passkey when it is sent, puts the answer into its field "credential", and then goes its usual way. */
"use strict";

const toBytes = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
};

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const named = (keys) => (keys || []).map((key) => ({ ...key, id: toBytes(key.id) }));

const optionsOf = async (form) => {
  if (form.dataset.optionsId) return JSON.parse(document.getElementById(form.dataset.optionsId).textContent);
  const answer = await fetch(form.dataset.options, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("no options");
  return answer.json();
};

const get = async (form) => {
  const { publicKey } = (await optionsOf(form)).request_options;
  const asked = { ...publicKey, challenge: toBytes(publicKey.challenge) };
  if (publicKey.allowCredentials) asked.allowCredentials = named(publicKey.allowCredentials);
  return navigator.credentials.get({ publicKey: asked });
};

const create = async (form) => {
  const { publicKey } = (await optionsOf(form)).creation_options;
  const alone = Boolean(form.elements.passwordless && form.elements.passwordless.checked);
  return navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
      excludeCredentials: named(publicKey.excludeCredentials),
      authenticatorSelection: {
        ...publicKey.authenticatorSelection,
        residentKey: alone ? "required" : "discouraged",
        requireResidentKey: alone,
        ...(alone ? { userVerification: "required" } : {}),
      },
    },
  });
};

const written = (key) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (key.response[name]) response[name] = toText(key.response[name]);
  }
  if (key.response.getTransports) response.transports = key.response.getTransports();
  return JSON.stringify({
    type: key.type,
    id: key.id,
    rawId: toText(key.rawId),
    authenticatorAttachment: key.authenticatorAttachment,
    clientExtensionResults: key.getClientExtensionResults(),
    response,
  });
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = form.querySelector("[data-problem]");
    problem.hidden = true;
    try {
      form.elements.credential.value = written(await (form.dataset.passkey === "get" ? get : create)(form));
      form.submit();
    } catch {
      problem.hidden = false;
    }
  });
}
