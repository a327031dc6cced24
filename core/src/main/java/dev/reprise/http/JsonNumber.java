package dev.reprise.http;

import java.math.BigDecimal;

/** The canonical form of numbers: what ECMAScript writes for the nearest double (RFC 8785, section 3.2.2.3). */
final class JsonNumber {
    private JsonNumber() {}

    /**
     * The canonical form of a JSON number.
     *
     * <p>A number that no double stands for, such as an identifier of twenty digits, is no canonical JSON, and its nearest
     * double would make it equal to its neighbours. It keeps its own digits.
     */
    static String canonical(String literal) {
        double nearest = Double.parseDouble(literal);
        BigDecimal exact = new BigDecimal(literal);
        if (Double.isFinite(nearest)) {
            BigDecimal shortest = new BigDecimal(Double.toString(nearest));
            if (shortest.compareTo(exact) == 0) {
                return ecmaScript(shortest);
            }
        }
        BigDecimal stripped = exact.stripTrailingZeros();
        return stripped.unscaledValue() + "e" + -(long) stripped.scale();
    }

    /** The digits of the number, placed as ECMAScript's Number::toString does. */
    private static String ecmaScript(BigDecimal number) {
        if (number.signum() == 0) {
            return "0";
        }
        BigDecimal stripped = number.stripTrailingZeros();
        String digits = stripped.unscaledValue().abs().toString();
        int point = digits.length() - stripped.scale();
        String sign = number.signum() < 0 ? "-" : "";
        if (point > 21 || point < -5) {
            String rest = digits.length() == 1 ? "" : "." + digits.substring(1);
            return sign + digits.charAt(0) + rest + "e" + (point > 0 ? "+" : "-") + Math.abs(point - 1);
        }
        if (point <= 0) {
            return sign + "0." + "0".repeat(-point) + digits;
        }
        return point >= digits.length()
                ? sign + digits + "0".repeat(point - digits.length())
                : sign + digits.substring(0, point) + "." + digits.substring(point);
    }
}
