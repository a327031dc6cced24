// Looks again every few seconds while the page is seen, and leaves alone what somebody is at with the keyboard.
(function () {
    "use strict";
    function look() {
        var live = document.querySelector("[data-live]");
        if (live && window.htmx && document.visibilityState === "visible" && !live.contains(document.activeElement)) {
            window.htmx.trigger(live, "look");
        }
    }
    setInterval(look, 5000);
    document.addEventListener("visibilitychange", look);
})();
