@NullMarked
package dev.reprise.client.grpc;

import org.jspecify.annotations.NullMarked;
