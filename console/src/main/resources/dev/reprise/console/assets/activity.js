// Draws what the table says, and asks for what is new while the page is seen.
(function () {
    "use strict";
    var HOUR = 3600;
    var charts = document.getElementById("charts");
    var table = document.getElementById("steps");
    var told = document.getElementById("point");
    var boxes = Array.from(document.querySelectorAll(".chart"));
    var dark = window.matchMedia("(prefers-color-scheme: dark)");
    var NAMES = ["executed", "replayed", "refused", "released", "unknown", "median", "slow"];
    var COLORS = { executed: "executed", replayed: "replayed", refused: "refused", released: "released", unknown: "bad", median: "executed", slow: "refused" };
    var DASHES = { replayed: [8, 4], refused: [2, 3], released: [10, 3, 2, 3], slow: [2, 3] };
    var points = [];
    var step = 10;
    var drawn = [];
    var asking = false;

    function color(name) {
        return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
    }

    function time(seconds, from, to) {
        return new Date(seconds * 1000).toISOString().slice(from, to).replace("T", " ");
    }

    function number(value, digits) {
        return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    }

    function millis(value) {
        return value === undefined ? "" : number(value, 1) + " ms";
    }

    function column(name) {
        return points.map(function (point) {
            return point[name] === undefined ? null : point[name];
        });
    }

    function lines(box) {
        return box.dataset.lines.split(" ");
    }

    function data(box) {
        return [column("at")].concat(lines(box).map(column));
    }

    /** What one step says, in words: the latest, or the one under the cursor. */
    function tell(index) {
        var point = points[index === null || index === undefined ? points.length - 1 : index];
        told.textContent = !point ? "" : "From " + time(point.at, 11, 19) + " UTC: " + NAMES.slice(0, 5).map(function (name) {
            return number(point[name], 0) + " " + name;
        }).join(", ") + (point.median === undefined ? "." : "; half within " + millis(point.median) + ", 99 percent within " + millis(point.slow) + ".");
    }

    function hour() {
        var end = points.length ? points[points.length - 1].at + step : Date.now() / 1000;
        return [end - HOUR, end];
    }

    function axis(more) {
        var line = { stroke: color("line"), width: 1 };
        return Object.assign({ stroke: color("text"), grid: line, ticks: line }, more);
    }

    function draw(box) {
        box.textContent = "";
        return new window.uPlot({
            width: box.clientWidth,
            height: 220,
            legend: { show: false },
            cursor: { y: false, drag: { x: false, y: false }, sync: { key: "activity" } },
            scales: {
                x: { time: true, range: hour },
                y: { range: function (self, least, most) { return [0, Math.max(1, (most || 0) * 1.1)]; } }
            },
            axes: [
                axis({ space: 60, values: function (self, splits) {
                    return splits.map(function (at) { return time(at, 11, 16); });
                } }),
                axis({ size: 60 })
            ],
            series: [{}].concat(lines(box).map(function (name) {
                var ink = color(COLORS[name]);
                // Where nothing is executed there is no time, and a time between two such steps makes no line.
                var alone = name === "median" || name === "slow";
                return {
                    stroke: ink,
                    width: name === "unknown" ? 3 : 2,
                    dash: DASHES[name],
                    spanGaps: alone,
                    points: {
                        show: function () { return alone && column(name).filter(Boolean).length < 60; },
                        size: 5,
                        fill: ink
                    }
                };
            })),
            hooks: { setCursor: [function (self) { tell(self.cursor.idx); }] }
        }, data(box), box);
    }

    function drawAll() {
        drawn.forEach(function (chart) { chart.destroy(); });
        drawn = boxes.map(draw);
        tell();
    }

    function cell(row, text, type) {
        var made = row.insertCell();
        made.textContent = text;
        made.className = type;
    }

    /** The table has what was there when the page was made, and gets what has come since. */
    function addRows(fresh) {
        var body = table.tBodies[0];
        fresh.forEach(function (point) {
            var something = NAMES.slice(0, 5).some(function (name) { return point[name] > 0; });
            if (something && point.at > Number(table.dataset.last)) {
                var row = body.insertRow(0);
                cell(row, time(point.at, 0, 19) + " UTC", "");
                NAMES.slice(0, 5).forEach(function (name) { cell(row, number(point[name], 0), "number"); });
                cell(row, millis(point.median), "number");
                cell(row, millis(point.slow), "number");
            }
        });
        var oldest = points.length ? time(points[0].at, 0, 19) : "";
        while (body.rows.length && body.rows[body.rows.length - 1].cells[0].textContent < oldest) {
            body.deleteRow(-1);
        }
    }

    function add(news) {
        step = news.step;
        if (news.points.length) {
            points = points.concat(news.points).slice(-HOUR / step);
            addRows(news.points);
            drawn.forEach(function (chart, i) { chart.setData(data(boxes[i])); });
            tell(drawn.length ? drawn[0].cursor.idx : null);
        }
    }

    function look() {
        if (asking || document.visibilityState !== "visible") {
            return;
        }
        asking = true;
        var since = points.length ? points[points.length - 1].at : 0;
        fetch(charts.dataset.from + "?since=" + since, { headers: { "HX-Request": "true" } }).then(function (response) {
            if (response.status === 401) {
                window.location.assign(response.headers.get("HX-Redirect"));
            }
            return response.ok ? response.json().then(add) : undefined;
        }).catch(function () {
            // The process may be restarting; it is asked again.
        }).then(function () {
            asking = false;
        });
    }

    function move(event) {
        var at = drawn[boxes.indexOf(event.currentTarget)];
        var last = points.length - 1;
        var present = at.cursor.idx === null || at.cursor.idx === undefined ? last : at.cursor.idx;
        var next = { ArrowLeft: present - 1, ArrowRight: present + 1, Home: 0, End: last }[event.key];
        if (next === undefined || last < 0) {
            return;
        }
        event.preventDefault();
        var index = Math.min(Math.max(next, 0), last);
        at.setCursor({ left: at.valToPos(points[index].at, "x"), top: 1 });
    }

    if (!window.uPlot) {
        return;
    }
    charts.hidden = false;
    document.querySelector("details").open = false;
    drawAll();
    boxes.forEach(function (box) {
        box.addEventListener("keydown", move);
        box.addEventListener("focus", function () { told.setAttribute("aria-live", "polite"); });
        box.addEventListener("blur", function () { told.setAttribute("aria-live", "off"); });
    });
    new ResizeObserver(function () {
        drawn.forEach(function (chart, i) { chart.setSize({ width: boxes[i].clientWidth, height: 220 }); });
    }).observe(charts);
    dark.addEventListener("change", drawAll);
    document.addEventListener("visibilitychange", look);
    setInterval(look, 5000);
    look();
})();
