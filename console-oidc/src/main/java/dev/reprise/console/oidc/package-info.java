/** Sign-in to the console by OpenID Connect. */
@NullMarked
package dev.reprise.console.oidc;

import org.jspecify.annotations.NullMarked;
