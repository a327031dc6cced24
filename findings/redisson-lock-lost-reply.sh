#!/bin/sh
# A lock of Redisson whose reply is lost.
#
# Guess:  lock() fails, or the lock is held once, and one unlock() gives it back: the script that takes it knows its owner.
# Seen:   Redisson 4.7.0 sends the script again, and as the lock is reentrant, its owner holds it twice. unlock() returns normally, and the
#         lock is still held. Its watchdog goes on renewing it, so it never expires while the process lives.
#         setIfAbsent, whose reply is lost, says false although the value is there by its own write.
# Matters: one broken connection at the wrong moment, and the job or the key under this lock is blocked until the process is restarted.
#         getHoldCount() tells, and unlock() until it is 0.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$here/redis.inc"
curl -sSf -o "$work/redisson-all.jar" "$central/org/redisson/redisson-all/4.7.0/redisson-all-4.7.0.jar"
lose_replies
cat > "$work/Locks.java" <<'J'
import org.redisson.Redisson;
import org.redisson.api.*;
import org.redisson.config.Config;
public class Locks {
    public static void main(String[] port) throws Exception {
        Config config = new Config();
        config.useSingleServer().setAddress("redis://127.0.0.1:" + port[0]);
        RedissonClient redisson = Redisson.create(config);
        RLock lock = redisson.getLock("lock-job");
        lock.lock();
        System.out.println("lock() returns; held " + lock.getHoldCount() + " times");
        lock.unlock();
        System.out.println("unlock() returns; locked: " + lock.isLocked());
        RBucket<String> bucket = redisson.getBucket("lock-key");
        System.out.println("setIfAbsent: " + bucket.setIfAbsent("mine") + "; value: " + bucket.get());
        Thread.sleep(40_000);
        System.out.println("40 s later, locked: " + lock.isLocked() + ", expires within 15 s: " + (lock.remainTimeToLive() < 15_000));
        System.exit(0);
    }
}
J
java -cp "$work/*" "$work/Locks.java" "$between" 2>"$work/err" | tee "$work/out" || cat "$work/err"
diff - "$work/out" <<'T'
lock() returns; held 2 times
unlock() returns; locked: true
setIfAbsent: false; value: mine
40 s later, locked: true, expires within 15 s: false
T
