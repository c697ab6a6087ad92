<?php // php agency.php URL open | bill ACCOUNT BILL_ID AMOUNT | listen PORT | reconcile DAY       (PHP 8 with sodium)
[, $url, $command] = $argv;
$ledger = json_decode(file_get_contents("$url/v1/ledger"));
$now = intdiv((int) (new DateTime($ledger->time))->format('Uu'), 1000); // milliseconds; a sandbox's clock may be ahead
function b64(string $data): string { return rtrim(strtr(base64_encode($data), '+/', '-_'), '='); }
function unb64(string $text): string { return base64_decode(strtr($text, '-_', '+/')); }
function digest(string $data): string { return b64(hash('sha256', $data, true)); }
function text(int $ms): string { return gmdate('Y-m-d\TH:i:s\Z', intdiv($ms, 1000)); }

function key_of(string $file): array { // keep these files as you keep money
    if (!file_exists($file)) {
        umask(0077);
        $pair = sodium_crypto_sign_keypair();
        $d = b64(substr(sodium_crypto_sign_secretkey($pair), 0, 32));
        file_put_contents($file, json_encode(['kty' => 'OKP', 'crv' => 'Ed25519', 'x' => b64(sodium_crypto_sign_publickey($pair)), 'd' => $d]));
    }
    $jwk = json_decode(file_get_contents($file), true);
    $public = ['crv' => 'Ed25519', 'kty' => 'OKP', 'x' => $jwk['x']]; // in the order of RFC 7638
    $secret = sodium_crypto_sign_secretkey(sodium_crypto_sign_seed_keypair(unb64($jwk['d'])));
    return ['jwk' => $public, 'kid' => digest(json_encode($public)), 'secret' => $secret];
}
[$maker, $checker] = [key_of('maker.json'), key_of('checker.json')];

function jws(array $by, string $typ, array $members): string {
    $input = b64(json_encode(['alg' => 'Ed25519', 'kid' => $by['kid'], 'typ' => $typ])) . '.' . b64(json_encode($members, JSON_UNESCAPED_SLASHES));
    return $input . '.' . b64(sodium_crypto_sign_detached($input, $by['secret']));
}
function new_id(): string { // a UUIDv7: milliseconds, then random bits
    $hex = str_pad(dechex($GLOBALS['now']), 12, '0', STR_PAD_LEFT) . '7' . substr(bin2hex(random_bytes(2)), 1) . dechex(random_int(8, 11)) . substr(bin2hex(random_bytes(8)), 1);
    return preg_replace('/^(.{8})(.{4})(.{4})(.{4})(.{12})$/', '$1-$2-$3-$4-$5', $hex);
}
function ask(string $method, string $path, array $headers, string $body = ''): object {
    $http = ['method' => $method, 'header' => $headers, 'content' => $body, 'ignore_errors' => true, 'timeout' => 20];
    $members = json_decode(file_get_contents($GLOBALS['url'] . $path, false, stream_context_create(['http' => $http])));
    if (!isset($members->code)) return $members;
    fwrite(STDERR, "$members->code: $members->detail\n");
    exit(1);
}
function order(array $by, string $kind, array $members, ?string $id = null): object {
    $common = ['order' => $kind, 'id' => $id ?? new_id(), 'ledger' => $GLOBALS['ledger']->ledger, 'expires' => text($GLOBALS['now'] + 600_000)];
    return ask('POST', '/v1/orders', ['Content-Type: application/jose'], jws($by, 'daftari-order+jws', $common + $members));
}
function token(array $bound = []): string {
    $claims = ['aud' => $GLOBALS['ledger']->ledger, 'iat' => intdiv($GLOBALS['now'], 1000), 'exp' => intdiv($GLOBALS['now'], 1000) + 120];
    return 'Authorization: Bearer ' . jws($GLOBALS['maker'], 'daftari-caller+jwt', $claims + $bound);
}

if ($command === 'open') { // an institution of one's own: in a sandbox everybody may; elsewhere the registrar registers it
    [$title, $id] = [['en' => 'Example Office', 'sw' => 'Ofisi ya Mfano'], new_id()];
    order($maker, 'register_party', ['kind' => 'institution', 'key' => $maker['jwk'], 'title' => $title, 'services' => [['code' => 'LESENI', 'title' => $title]]]);
    $possession = jws($checker, 'daftari-key+jws', ['ledger' => $ledger->ledger, 'order' => $id, 'registrant' => $maker['kid']]);
    order($maker, 'add_key', ['key' => $checker['jwk'], 'scopes' => ['check'], 'possession' => $possession], $id);
    echo order($maker, 'open_account', ['currency' => 'TZS', 'class' => 'collection'])->result->account, "\n";
} elseif ($command === 'bill') { // two keys, and in life two people: one asks, the other approves
    [, , , $payee, $bill, $amount] = $argv;
    $raised = order($maker, 'raise_bill', ['bill_id' => $bill, 'service' => 'LESENI', 'payee' => $payee, 'currency' => 'TZS', 'amount' => $amount, 'payable_until' => text($now + 30 * 86_400_000)]);
    $approved = order($checker, 'approve_bill', ['bill' => $raised->order]);
    file_put_contents('bills.txt', "$bill $amount\n", FILE_APPEND);
    echo $approved->result->control_number, "\n";
} elseif ($command === 'listen') { // one notice, verified as Standard Webhooks says
    $body = json_encode(['url' => "http://127.0.0.1:$argv[3]/"], JSON_UNESCAPED_SLASHES);
    $server = stream_socket_server("tcp://127.0.0.1:$argv[3]");
    $bound = ['htm' => 'POST', 'htu' => '/v1/webhooks', 'bsh' => digest($body), 'jti' => new_id()];
    $secret = base64_decode(substr(ask('POST', '/v1/webhooks', ['Content-Type: application/json', token($bound)], $body)->secret, 6));
    echo "listening\n";
    for ($genuine = false; !$genuine; fclose($line)) {
        [$line, $sent] = [stream_socket_accept($server, 600), ''];
        while (!str_ends_with($sent, "\r\n\r\n")) $sent .= fgets($line);
        preg_match_all('/^([\w-]+):\s*(.*?)\r$/m', $sent, $found);
        $head = array_combine(array_map('strtolower', $found[1]), $found[2]);
        $notice = stream_get_contents($line, (int) $head['content-length']);
        $wanted = base64_encode(hash_hmac('sha256', "{$head['webhook-id']}.{$head['webhook-timestamp']}.$notice", $secret, true));
        foreach (explode(' ', $head['webhook-signature']) as $one) $genuine = $genuine || hash_equals("v1,$wanted", $one);
        $genuine = $genuine && abs(time() - (int) $head['webhook-timestamp']) <= 300;
        fwrite($line, 'HTTP/1.1 ' . ($genuine ? '204 No Content' : '401 Unauthorized') . "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        $event = $genuine ? json_decode($notice) : (object) ['type' => 'forged', 'data' => (object) ['bill_id' => '', 'amount' => '']];
        echo "$event->type {$event->data->bill_id} {$event->data->amount}\n";
    }
} elseif ($command === 'reconcile') { // our own list against the ledger's
    $paid = array_column(array_filter(ask('GET', "/v1/reconciliations/$argv[3]", [token()])->lines, fn($line) => $line->kind === 'payment'), 'amount', 'bill_id');
    foreach (file('bills.txt', FILE_IGNORE_NEW_LINES) as $line) {
        [$bill, $amount] = explode(' ', $line);
        echo $bill, ' ', isset($paid[$bill]) ? ($paid[$bill] === $amount ? 'matched' : 'amount_differs') : 'missing', "\n";
    }
}
