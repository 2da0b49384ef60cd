// One way to post from a page: with the CSRF token, asking for JSON; a refusal becomes an Error with its words.
export class Refused extends Error {}

export async function post(url, fields, fallback) {
  let answer;
  try {
    answer = await fetch(url, {
      method: "POST",
      body: fields,
      headers: { Accept: "application/json", "X-CSRFToken": fields.get("csrf_token") ?? "" },
      credentials: "same-origin",
      keepalive: true, // leaving the page at once does not lose it
    });
  } catch {
    throw new Refused(fallback);
  }
  const type = answer.headers.get("Content-Type") ?? "";
  if (!type.includes("json")) {
    // A page instead of data: somebody must sign in first, or an older server answers.
    if (answer.redirected) location.assign(answer.url);
    throw new Refused(fallback);
  }
  const data = await answer.json();
  if (!answer.ok) throw new Refused(data.detail || data.message || data.title || fallback);
  return data;
}
