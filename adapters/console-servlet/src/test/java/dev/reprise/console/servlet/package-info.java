@NullMarked
package dev.reprise.console.servlet;

import org.jspecify.annotations.NullMarked;
