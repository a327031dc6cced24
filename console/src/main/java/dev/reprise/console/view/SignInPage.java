package dev.reprise.console.view;

import org.jspecify.annotations.Nullable;

/**
 * Where somebody shows who they are.
 *
 * @param error why they were not let in; null if they have not tried
 * @param secret whether the secret of the store folder is asked for
 */
public record SignInPage(@Nullable String error, boolean secret) {}
