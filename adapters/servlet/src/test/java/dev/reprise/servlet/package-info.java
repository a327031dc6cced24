@NullMarked
package dev.reprise.servlet;

import org.jspecify.annotations.NullMarked;
