package dev.reprise.gateway.proxy;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A credential that signs one request, so that each attempt of one caller has another one: AWS's Signature Version 4 and what is
 * built like it, HTTP Message Signatures (RFC 9421) and their drafts, OAuth 1.0 (RFC 5849), Hawk, Digest (RFC 7616), and the
 * schemes that write {@code identifier:signature}. A DPoP token (RFC 9449) is none: what is signed anew is another field.
 *
 * @param scheme how it signs
 * @param signer whose signature it says that it is; not checked here
 */
record RequestSignature(String scheme, String signer) {
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z0-9-]+) +(.+)");
    private static final Pattern PARAMETER = Pattern.compile("([A-Za-z0-9_-]+)=(?:\"([^\"]*)\"|([^,&; \"]*))");
    private static final Pattern INPUT = Pattern.compile("[a-z*][a-z0-9_.*-]*=\\(.*");
    private static final String MESSAGE = "message-signature";
    private static final String CREDENTIAL = "credential";

    /** By which parameters a scheme names its signer. */
    private static final Map<String, List<String>> SIGNERS = Map.of(
            "oauth",
            List.of("oauth_consumer_key", "oauth_token"),
            "signature",
            List.of("keyid"),
            "hawk",
            List.of("id"),
            "mac",
            List.of("id"),
            "acquia-http-hmac",
            List.of("id"),
            "digest",
            List.of("username"),
            "hmac",
            List.of("username"),
            MESSAGE,
            List.of("keyid"));

    /** The schemes of the form {@code identifier:signature}. */
    private static final List<String> IN_PAIRS =
            List.of("aws", "sharedkey", "sharedkeylite", "hmac", "oss", "acs", "fc");

    /** Reads the value of a field; nothing if it is no such credential. */
    static Optional<RequestSignature> of(String value) {
        if (INPUT.matcher(value).matches()) {
            return named(MESSAGE, value);
        }
        Matcher parts = SCHEME.matcher(value);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String scheme = parts.group(1).toLowerCase(Locale.ROOT);
        Optional<RequestSignature> named = named(scheme, parts.group(2));
        return named.isPresent() || !IN_PAIRS.contains(scheme) ? named : inPair(scheme, parts.group(2));
    }

    private static Optional<RequestSignature> named(String scheme, String text) {
        Map<String, String> parameters = new TreeMap<>();
        Matcher parameter = PARAMETER.matcher(text);
        while (parameter.find()) {
            String quoted = parameter.group(2);
            parameters.putIfAbsent(
                    parameter.group(1).toLowerCase(Locale.ROOT), quoted == null ? parameter.group(3) : quoted);
        }
        String credential = parameters.get(CREDENTIAL);
        if (scheme.contains("-") && credential != null && !credential.isEmpty()) {
            // Behind the identifier there are the day and the place for which it signs.
            return Optional.of(new RequestSignature(scheme, credential.split("/", 2)[0]));
        }
        String signer = SIGNERS.getOrDefault(scheme, List.of()).stream()
                .map(name -> parameters.getOrDefault(name, ""))
                .collect(Collectors.joining("\n"))
                .strip();
        return signer.isEmpty() ? Optional.empty() : Optional.of(new RequestSignature(scheme, signer));
    }

    private static Optional<RequestSignature> inPair(String scheme, String text) {
        int colon = text.indexOf(':');
        return colon <= 0 || colon == text.length() - 1
                ? Optional.empty()
                : Optional.of(new RequestSignature(scheme, text.substring(0, colon)));
    }
}
