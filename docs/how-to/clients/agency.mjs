// node agency.mjs URL open | bill ACCOUNT BILL_ID AMOUNT | listen PORT | reconcile DAY       (Node 20, no package)
import { createHash, createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign as signed, timingSafeEqual } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";

const [url, command, ...words] = process.argv.slice(2);
const ledger = await (await fetch(`${url}/v1/ledger`)).json();
const now = new Date(ledger.time).getTime(); // a sandbox's clock may be ahead of ours
const digest = (data) => createHash("sha256").update(data).digest("base64url");

function key(file) { // keep these files as you keep money
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" })), { mode: 0o600, flag: "wx" });
  const secret = createPrivateKey({ key: JSON.parse(readFileSync(file)), format: "jwk" });
  const { crv, kty, x } = createPublicKey(secret).export({ format: "jwk" }); // in the order of RFC 7638
  return { secret, jwk: { crv, kty, x }, kid: digest(JSON.stringify({ crv, kty, x })) };
}
const [maker, checker] = [key("maker.json"), key("checker.json")];

function jws(by, typ, members) {
  const [header, payload] = [{ alg: "Ed25519", kid: by.kid, typ }, members].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
  return `${header}.${payload}.${signed(null, Buffer.from(`${header}.${payload}`), by.secret).toString("base64url")}`;
}
function newId() { // a UUIDv7: milliseconds, then random bits
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  [bytes[6], bytes[8]] = [(bytes[6] & 0x0f) | 0x70, (bytes[8] & 0x3f) | 0x80];
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
async function ask(method, path, headers, body) {
  const answer = await fetch(url + path, { method, headers, body });
  const members = await answer.json();
  if (!answer.ok) throw new Error(`${members.code}: ${members.detail}`);
  return members;
}
const order = (by, kind, members, id = newId()) => ask("POST", "/v1/orders", { "Content-Type": "application/jose" }, jws(by, "daftari-order+jws",
  { order: kind, id, ledger: ledger.ledger, expires: new Date(now + 600_000).toISOString(), ...members }));
const token = (bound = {}) => ({ Authorization: `Bearer ${jws(maker, "daftari-caller+jwt", { aud: ledger.ledger, iat: Math.floor(now / 1000), exp: Math.floor(now / 1000) + 120, ...bound })}` });

const commands = {
  async open() { // an institution of one's own: in a sandbox everybody may; elsewhere the registrar registers it
    const [title, id] = [{ en: "Example Office", sw: "Ofisi ya Mfano" }, newId()];
    await order(maker, "register_party", { kind: "institution", key: maker.jwk, title, services: [{ code: "LESENI", title }] });
    const possession = jws(checker, "daftari-key+jws", { ledger: ledger.ledger, order: id, registrant: maker.kid });
    await order(maker, "add_key", { key: checker.jwk, scopes: ["check"], possession }, id);
    console.log((await order(maker, "open_account", { currency: "TZS", class: "collection" })).result.account);
  },
  async bill(payee, bill_id, amount) { // two keys, and in life two people: one asks, the other approves
    const payable_until = new Date(now + 30 * 86_400_000).toISOString();
    const raised = await order(maker, "raise_bill", { bill_id, service: "LESENI", payee, currency: "TZS", amount, payable_until });
    const approved = await order(checker, "approve_bill", { bill: raised.order });
    appendFileSync("bills.txt", `${bill_id} ${amount}\n`);
    console.log(approved.result.control_number);
  },
  async listen(port) { // one notice, verified as Standard Webhooks says
    const body = JSON.stringify({ url: `http://127.0.0.1:${port}/` });
    const bound = { htm: "POST", htu: "/v1/webhooks", bsh: digest(body), jti: newId() };
    const made = await ask("POST", "/v1/webhooks", { "Content-Type": "application/json", ...token(bound) }, body);
    const secret = Buffer.from(made.secret.slice(6), "base64");
    const server = createServer(async (request, response) => {
      const notice = Buffer.concat(await request.toArray()), sent = request.headers;
      const wanted = createHmac("sha256", secret).update(`${sent["webhook-id"]}.${sent["webhook-timestamp"]}.`).update(notice).digest();
      const given = (sent["webhook-signature"] ?? "").split(" ").filter((one) => one.startsWith("v1,")).map((one) => Buffer.from(one.slice(3), "base64"));
      const late = Math.abs(Date.now() / 1000 - Number(sent["webhook-timestamp"])) > 300;
      const genuine = !late && given.some((one) => one.length === wanted.length && timingSafeEqual(one, wanted));
      response.writeHead(genuine ? 204 : 401).end(() => genuine && (server.close(), server.closeAllConnections()));
      const { type, data } = genuine ? JSON.parse(notice) : { type: "forged", data: {} };
      console.log(type, data.bill_id, data.amount);
    }).listen(Number(port), "127.0.0.1", () => console.log("listening"));
  },
  async reconcile(day) { // our own list against the ledger's
    const { lines } = await ask("GET", `/v1/reconciliations/${day}`, token());
    for (const [bill, amount] of readFileSync("bills.txt", "utf8").trim().split("\n").map((line) => line.split(" "))) {
      const found = lines.find((line) => line.kind === "payment" && line.bill_id === bill);
      console.log(bill, found ? (found.amount === amount ? "matched" : "amount_differs") : "missing");
    }
  },
};
await commands[command](...words);
