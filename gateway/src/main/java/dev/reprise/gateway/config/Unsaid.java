package dev.reprise.gateway.config;

/** What is wrong in settings is said without what may be secret in it. */
final class Unsaid {
    private Unsaid() {}

    /**
     * The text of an address in quotes, with a mark in place of user and password, and one in place of what follows the host: of a
     * webhook both may be secrets, and who has written it knows it anyway.
     */
    static String url(String text) {
        String withoutUser = text.replaceFirst("(?s)^((?:[^/?#@]*//)?+).*@", "$1…@");
        return '"' + withoutUser.replaceFirst("(?s)^((?:[^/?#]*//)?+[^/?#]*+[/?#]).+$", "$1…") + '"';
    }
}
