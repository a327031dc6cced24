@NullMarked
package dev.reprise.console.oidc;

import org.jspecify.annotations.NullMarked;
