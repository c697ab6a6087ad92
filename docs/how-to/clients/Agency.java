// java Agency.java URL open | bill ACCOUNT BILL_ID AMOUNT | listen PORT | reconcile DAY       (Java 17, no library)
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.*;
import java.nio.file.*;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.*;
import java.security.spec.*;
import java.time.*;
import java.util.*;
import java.util.regex.*;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Agency {
    record Key(PrivateKey secret, String jwk, String kid) {}
    static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    static String url, ledger;
    static Instant now;
    static Key maker, checker;

    static String b64(byte[] data) { return Base64.getUrlEncoder().withoutPadding().encodeToString(data); }
    static String digest(String text) throws Exception { return b64(MessageDigest.getInstance("SHA-256").digest(text.getBytes("UTF-8"))); }
    static String text(Instant at) { return Instant.ofEpochSecond(at.getEpochSecond()).toString(); }
    static String member(String json, String name) { // our own forms hold no escapes in what we read; a real system takes a JSON library
        Matcher found = Pattern.compile("\"" + name + "\":\\s*\"([^\"]*)\"").matcher(json);
        return found.find() ? found.group(1) : "";
    }
    static Key key(String file) throws Exception { // keep these files as you keep money
        Path path = Path.of(file);
        if (!Files.exists(path)) {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(path, b64(pair.getPrivate().getEncoded()) + " " + b64(Arrays.copyOfRange(pair.getPublic().getEncoded(), 12, 44)));
        }
        String[] parts = Files.readString(path).split(" ");
        String jwk = "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" + parts[1] + "\"}"; // in the order of RFC 7638
        return new Key(KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(Base64.getUrlDecoder().decode(parts[0]))), jwk, digest(jwk));
    }
    static String jws(Key by, String typ, String payload) throws Exception {
        String header = "{\"alg\":\"Ed25519\",\"kid\":\"" + by.kid + "\",\"typ\":\"" + typ + "\"}";
        String input = b64(header.getBytes("UTF-8")) + "." + b64(payload.getBytes("UTF-8"));
        Signature signer = Signature.getInstance("Ed25519");
        signer.initSign(by.secret);
        signer.update(input.getBytes("UTF-8"));
        return input + "." + b64(signer.sign());
    }
    static String newId() { // a UUIDv7: milliseconds, then random bits
        UUID random = UUID.randomUUID();
        return new UUID(now.toEpochMilli() << 16 | 0x7000 | random.getMostSignificantBits() & 0xfff, random.getLeastSignificantBits()).toString();
    }
    static String ask(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(20)).method(method, HttpRequest.BodyPublishers.ofString(body));
        HttpResponse<String> answer = HTTP.send((headers.length > 0 ? request.headers(headers) : request).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 400) throw new IllegalStateException(member(answer.body(), "code") + ": " + member(answer.body(), "detail"));
        return answer.body();
    }
    static String order(Key by, String kind, String id, String members) throws Exception {
        String common = "{\"order\":\"%s\",\"id\":\"%s\",\"ledger\":\"%s\",\"expires\":\"%s\",".formatted(kind, id, ledger, text(now.plusSeconds(600)));
        return ask("POST", "/v1/orders", jws(by, "daftari-order+jws", common + members + "}"), "Content-Type", "application/jose");
    }
    static String token(String bound) throws Exception {
        long at = now.getEpochSecond();
        return "Bearer " + jws(maker, "daftari-caller+jwt", "{\"aud\":\"%s\",\"iat\":%d,\"exp\":%d%s}".formatted(ledger, at, at + 120, bound));
    }
    static void open() throws Exception { // an institution of one's own: in a sandbox everybody may; elsewhere the registrar registers it
        String title = "{\"en\":\"Example Office\",\"sw\":\"Ofisi ya Mfano\"}", id = newId();
        order(maker, "register_party", newId(), "\"kind\":\"institution\",\"key\":%s,\"title\":%s,\"services\":[{\"code\":\"LESENI\",\"title\":%2$s}]".formatted(maker.jwk, title));
        String possession = jws(checker, "daftari-key+jws", "{\"ledger\":\"%s\",\"order\":\"%s\",\"registrant\":\"%s\"}".formatted(ledger, id, maker.kid));
        order(maker, "add_key", id, "\"key\":%s,\"scopes\":[\"check\"],\"possession\":\"%s\"".formatted(checker.jwk, possession));
        System.out.println(member(order(maker, "open_account", newId(), "\"currency\":\"TZS\",\"class\":\"collection\""), "account"));
    }
    static void bill(String payee, String bill, String amount) throws Exception { // two keys, and in life two people: one asks, the other approves
        String until = text(now.plusSeconds(30 * 86_400)), members = "\"bill_id\":\"%s\",\"service\":\"LESENI\",\"payee\":\"%s\",\"currency\":\"TZS\",\"amount\":\"%s\",\"payable_until\":\"%s\"";
        String raised = member(order(maker, "raise_bill", newId(), members.formatted(bill, payee, amount, until)), "order");
        String approved = order(checker, "approve_bill", newId(), "\"bill\":\"%s\"".formatted(raised));
        Files.writeString(Path.of("bills.txt"), bill + " " + amount + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        System.out.println(member(approved, "control_number"));
    }
    static void listen(int port) throws Exception { // one notice, verified as Standard Webhooks says
        String body = "{\"url\":\"http://127.0.0.1:" + port + "/\"}";
        String bound = ",\"htm\":\"POST\",\"htu\":\"/v1/webhooks\",\"bsh\":\"%s\",\"jti\":\"%s\"".formatted(digest(body), newId());
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        String secret = member(ask("POST", "/v1/webhooks", body, "Content-Type", "application/json", "Authorization", token(bound)), "secret");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring(6)), "HmacSHA256"));
        server.createContext("/", exchange -> {
            byte[] notice = exchange.getRequestBody().readAllBytes();
            String at = exchange.getRequestHeaders().getFirst("webhook-timestamp"), name = exchange.getRequestHeaders().getFirst("webhook-id");
            mac.update((name + "." + at + ".").getBytes("UTF-8"));
            byte[] wanted = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(notice))).getBytes("UTF-8");
            boolean genuine = Math.abs(Instant.now().getEpochSecond() - Long.parseLong(at)) <= 300 && Arrays.stream(exchange.getRequestHeaders()
                .getFirst("webhook-signature").split(" ")).anyMatch(one -> MessageDigest.isEqual(one.getBytes(), wanted));
            String event = genuine ? new String(notice, "UTF-8") : "";
            System.out.println(genuine ? member(event, "type") + " " + member(event, "bill_id") + " " + member(event, "amount") : "forged");
            exchange.sendResponseHeaders(genuine ? 204 : 401, -1);
            exchange.close();
            if (genuine) new Thread(() -> server.stop(1)).start();
        });
        server.start();
        System.out.println("listening");
    }
    static void reconcile(String day) throws Exception { // our own list against the ledger's
        Map<String, String> paid = new HashMap<>();
        Matcher line = Pattern.compile("\"kind\":\\s*\"payment\".*?\"parts\"", Pattern.DOTALL).matcher(ask("GET", "/v1/reconciliations/" + day, "", "Authorization", token("")));
        while (line.find()) paid.put(member(line.group(), "bill_id"), member(line.group(), "amount"));
        for (String[] own : Files.readAllLines(Path.of("bills.txt")).stream().map(text -> text.split(" ")).toList())
            System.out.println(own[0] + " " + (!paid.containsKey(own[0]) ? "missing" : paid.get(own[0]).equals(own[1]) ? "matched" : "amount_differs"));
    }
    public static void main(String[] words) throws Exception {
        url = words[0];
        String about = ask("GET", "/v1/ledger", "");
        ledger = member(about, "ledger");
        now = Instant.parse(member(about, "time")); // a sandbox's clock may be ahead of ours
        maker = key("maker.json");
        checker = key("checker.json");
        switch (words[1]) {
            case "open" -> open();
            case "bill" -> bill(words[2], words[3], words[4]);
            case "listen" -> listen(Integer.parseInt(words[2]));
            case "reconcile" -> reconcile(words[2]);
            default -> throw new IllegalArgumentException("open, bill, listen or reconcile");
        }
    }
}
