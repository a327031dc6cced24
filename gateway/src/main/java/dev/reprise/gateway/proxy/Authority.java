package dev.reprise.gateway.proxy;

/** A host with an optional port, as in {@code Host} (RFC 9110, section 7.2; RFC 3986, section 3.2). */
final class Authority {
    private static final int LARGEST_PORT = 65_535;
    private static final int LONGEST_PORT = 5;

    private Authority() {}

    static boolean isValid(String text) {
        int end = text.startsWith("[") ? endOfAddress(text) : endOfName(text);
        return end > 0 && (end == text.length() || (text.charAt(end) == ':' && isPort(text, end + 1)));
    }

    private static int endOfAddress(String text) {
        int end = text.indexOf(']');
        for (int i = 1; i < end; i++) {
            char c = text.charAt(i);
            if (c != ':' && c != '.' && !RequestTarget.isHex(c)) {
                return 0;
            }
        }
        return text.lastIndexOf(':', end) > 0 ? end + 1 : 0;
    }

    private static int endOfName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ':') {
                return i;
            }
            if (c == '%' ? !RequestTarget.isEscape(text, i) : !isOfName(c)) {
                return 0;
            }
        }
        return text.length();
    }

    private static boolean isOfName(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "-._~!$&'()*+,;=".indexOf(c) >= 0;
    }

    private static boolean isPort(String text, int from) {
        int port = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9' || i - from == LONGEST_PORT) {
                return false;
            }
            port = port * 10 + c - '0';
        }
        return port <= LARGEST_PORT;
    }
}
