package dev.reprise.console.view;

import org.jspecify.annotations.Nullable;

/**
 * Where somebody shows who they are.
 *
 * @param error why they were not let in; null if they have not tried
 * @param provider the provider that is asked who they are; null if none is
 * @param typed whether something can be typed
 * @param secret whether that is the secret of the store folder
 */
public record SignInPage(@Nullable String error, @Nullable String provider, boolean typed, boolean secret) {}
