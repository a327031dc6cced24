/*
 * One operation of three steps, as ResumableEngine carries it through on a database: acquire, renew, steps, complete, and
 * take over, with fencing. The rules are those of semantics.md (P1 to P7, S27, S29). The script beside it, check, has SPIN
 * visit every state.
 *
 * Two owners run the code from its top. Anything may happen between two of their actions: a process crashes, stands still
 * for longer than its lease, or loses the connection that carries its commit, which the server then applies or not, later;
 * and a release is deployed that has the first two steps in another order.
 *
 * Simpler than life: time is that a lease may end at any moment. A finished step is a bit. There is no unique key of
 * steps, which the stores have on top: the fence has to be enough.
 *
 * Each of these definitions plants a fault, which has to be found:
 *   NO_FENCE        a write does not look at the token
 *   CHECK_APART     the token is checked in a transaction before that of the step
 *   RESULT_APART    the result is written in a transaction after that of the step
 *   BY_POSITION     a step is known by its position
 *   KEY_BY_ATTEMPT  each owner calls under a key of its own
 *   NO_TAKE_OVER    nobody goes on with what somebody else has begun
 */
#define OWNERS 2
#define STEPS 3
#define CRASHES 2
/* How many leases end although their owner lives, and how many commits lose their answer. */
#define PAUSES 2
#define LOSSES 1

#define LOCAL_STEPS 5 /* the bits of "create ride" and "confirm"; the other one, "charge card", is remote */
#define BIT(step) (1 << (step))

/* The row of the operation, and what hangs on it. */
mtype:state = { absent, running, finished }
mtype:state state = absent;
byte token;
bool expired;
byte recorded;
byte lock; /* 1 + the owner whose transaction holds the row, or the claim of its key; 0 if none does */

/* The world: how often each local step has happened, and under which keys the peer was called. */
byte effects[STEPS];
byte keys;

/* Transactions that are on their way to the server. */
mtype:phase = { idle, sent, half, committed }
typedef Session {
    mtype:phase phase = idle;
    bool broken;
    bool inserts;
    bool completes;
    byte work;    /* the steps that happen with it */
    byte results; /* the names that are recorded with it */
}
Session session[OWNERS];

byte held[OWNERS]; /* the token that a living owner goes by; 0 if it has none */
bool dead[OWNERS];
bool deployed;
byte crashes;
byte pauses;
byte losses;

inline happens(me) {
    effects[0] = effects[0] + (session[me].work & 1);
    effects[2] = effects[2] + ((session[me].work >> 2) & 1);
    assert(effects[0] <= 1 && effects[2] <= 1) /* P2: no local step happens twice */
}

inline records(me) {
    assert(state != finished); /* S27: nothing changes what is finished */
    recorded = recorded | session[me].results;
    if
    :: session[me].inserts -> state = running; token++; held[me] = (dead[me] -> 0 : token); expired = false
    :: else -> skip
    fi;
    if
    :: session[me].completes ->
        state = finished;
        assert(effects[0] == 1 && effects[2] == 1); /* what is finished has happened, all of it */
        assert(keys && !(keys & (keys - 1))) /* P3: it was called, under one key */
    :: else -> skip
    fi;
    session[me].phase = committed;
    lock = 0
}

/* The server commits what it was sent, unless its client is gone: then nobody knows. */
proctype Server(byte me) {
end:
    do
#ifdef RESULT_APART
    :: atomic { session[me].phase == sent -> happens(me); session[me].phase = half }
    :: atomic { session[me].phase == half -> records(me) }
#else
    :: atomic { session[me].phase == sent -> happens(me); records(me) }
#endif
    :: atomic {
        (session[me].phase == sent || session[me].phase == half) && (dead[me] || session[me].broken) ->
        session[me].phase = idle;
        lock = 0
    }
    :: atomic { session[me].phase == idle && dead[me] && lock == me + 1 -> lock = 0 }
    od
}

/* Renews the lease of its owner, in a transaction of its own. */
proctype Renewals(byte me) {
end:
    do
    :: atomic { state == running && expired && lock == 0 && held[me] == token -> expired = false }
    od
}

/* The fence: a transaction that writes locks the row, and looks whether the operation is still its own. */
#define MINE (state == running && token == held[me])
#if defined(NO_FENCE)
#define MAY_WRITE (lock == 0 && state == running)
#define MAY_NOT_WRITE (lock == 0 && state != running)
#else
#define MAY_WRITE (lock == 0 && MINE)
#define MAY_NOT_WRITE (lock == 0 && !MINE)
#endif
#ifdef CHECK_APART
#define LOCK skip
#define CHECKED \
    if \
    :: atomic { lock == 0 && state == running -> lock = me + 1 } \
    :: atomic { lock == 0 && state != running -> held[me] = 0 }; goto again \
    fi
#else
#define LOCK lock = me + 1
#define CHECKED skip
#endif

inline send(isLast) {
    session[me].inserts = inserts;
    session[me].completes = isLast;
    session[me].work = work;
    session[me].results = results;
    session[me].phase = sent
}

/* Makes durable what is pending, in one commit. Whoever has lost the operation gives it up. */
inline flush(isLast) {
    if
    /* It holds the claim, and nobody else can have inserted the operation. */
    :: atomic { inserts -> send(isLast) }
    :: atomic { !inserts && MAY_WRITE -> LOCK }; CHECKED; atomic { send(isLast) }
    :: atomic { !inserts && MAY_NOT_WRITE -> held[me] = 0 }; goto again
    fi;
    if
    :: atomic {
        session[me].phase == committed ->
        session[me].phase = idle;
        seen = seen | results;
        inserts = false;
        work = 0;
        results = 0
    }
    :: atomic { losses < LOSSES -> losses++; session[me].broken = true }; goto look
    fi
}

/* The place of a step in the code that this node runs, and what the step is known by. */
#define STEP (release && place < 2 -> 1 - place : place)
#ifdef BY_POSITION
#define NAME place
#else
#define NAME STEP
#endif
#ifdef KEY_BY_ATTEMPT
#define KEY held[me]
#else
#define KEY 0
#endif
#define NEXT (place < STEPS && !(seen & BIT(NAME)))
#define NEXT_IS_LOCAL (NEXT && (LOCAL_STEPS & BIT(STEP)))
#define NEXT_IS_REMOTE (NEXT && !(LOCAL_STEPS & BIT(STEP)))

proctype Owner(byte me) {
    bool inserts;
    bool release;
    byte seen;    /* what was recorded when the run began, and since by it */
    byte work;    /* the local step that is done in the open transaction */
    byte results; /* what is finished, and not durable */
    byte place;
life:
    {
        seen = 0;
again:
        if
        :: atomic { state == absent && lock == 0 -> lock = me + 1; inserts = true; seen = 0 }
#ifndef NO_TAKE_OVER
        :: atomic {
            state == running && expired && lock == 0 ->
            token++;
            held[me] = token;
            expired = false;
            inserts = false;
            seen = recorded
        }
#endif
        :: state == finished -> goto done
        fi;
fromTheTop:
        atomic { release = deployed; work = 0; results = 0; place = 0 };
        do
        :: atomic { place < STEPS && (seen & BIT(NAME)) -> place++ }
        :: NEXT_IS_LOCAL && work -> flush(false)
        :: atomic { NEXT_IS_LOCAL && !work -> work = BIT(STEP); results = results | BIT(NAME); place++ }
        :: NEXT_IS_REMOTE && (inserts || results) -> flush(false)
        :: atomic { NEXT_IS_REMOTE && !(inserts || results) -> keys = keys | BIT(KEY); results = BIT(NAME); place++ }
        :: place == STEPS -> flush(true); goto done
        od;

look: /* S29: a commit is not known. Writing to the row waits for whatever transaction still does. */
        if
        :: atomic { lock == 0 && state == running && token == held[me] ->
            session[me].broken = false;
            session[me].phase = idle;
            expired = false;
            inserts = false;
            seen = recorded
        }; goto fromTheTop
        :: atomic { lock == 0 && !(state == running && token == held[me]) ->
            session[me].broken = false;
            session[me].phase = idle;
            held[me] = 0
        }; goto again
        fi
    } unless {
        dead[me]
    };
    /* The server ends the sessions of the dead process; then another one starts in its place. */
    atomic {
        lock != me + 1 && (session[me].phase == idle || session[me].phase == committed) ->
        session[me].phase = idle;
        session[me].broken = false;
        dead[me] = false;
        inserts = false;
        work = 0;
        results = 0;
        place = 0
    };
    goto life;
done:
    held[me] = 0
}

/* Everything that happens from outside. */
proctype World() {
end:
    do
    :: atomic { crashes < CRASHES && !dead[0] && state != finished -> crashes++; dead[0] = true; held[0] = 0 }
    :: atomic { crashes < CRASHES && !dead[1] && state != finished -> crashes++; dead[1] = true; held[1] = 0 }
    :: atomic { !deployed -> deployed = true }
    :: atomic { state == running && !expired && token != held[0] && token != held[1] -> expired = true }
    :: atomic {
        state == running && !expired && (token == held[0] || token == held[1]) && pauses < PAUSES ->
        pauses++;
        expired = true
    }
    od
}

init {
    atomic {
        run Owner(0); run Owner(1);
        run Server(0); run Server(1);
        run Renewals(0); run Renewals(1);
        run World()
    }
}

/* Once crashes, pauses and losses have stopped, the operation comes to its end. */
ltl carried_through { <> (state == finished) }
