-- For wrk: sends prepared requests one after the other, from the file named after `--`.
-- A line is METHOD, address, headers as JSON-free "name=value" joined by \1, body; parted by tabs.
local requests, at = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    local method, path, headers, body = line:match("^(%S+)\t([^\t]*)\t([^\t]*)\t(.*)$")
    local found = {}
    for name, value in headers:gmatch("([^\1=]+)=([^\1]*)") do found[name] = value end
    requests[#requests + 1] = wrk.format(method, path, found, body ~= "" and body or nil)
  end
  at = tonumber(args[2] or "0")
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nRESULT {"requests": %d, "us": %d, "p50": %d, "p95": %d, "p99": %d, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(95),
    latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
