/** Tells somebody of operations whose outcome is unknown: {@link dev.reprise.webhook.UnknownWebhook}. */
@NullMarked
package dev.reprise.webhook;

import org.jspecify.annotations.NullMarked;
