"""The operations on prompts and their versions."""

from local.bedrock_agent.dispatch import Asked
from local.bedrock_agent.store import Store
from local.bedrock_agent.wire import AgentError, Json, missing, now, page
from local.flows import arns

_GIVEN = ("name", "description", "customerEncryptionKeyArn", "defaultVariant", "variants")
_SUMMARY = ("arn", "createdAt", "description", "id", "name", "updatedAt", "version")


class Prompts:
    def __init__(self, store: Store) -> None:
        self._store = store

    def create(self, asked: Asked) -> Json:
        request = asked.request
        if made := self._store.made_with(request.get("clientToken")):
            return made
        self._check(request)
        prompt_id, at = arns.new_id(), now()
        prompt = _only(request, _GIVEN) | {
            "id": prompt_id,
            "arn": arns.prompt_arn(prompt_id),
            "version": "DRAFT",
            "createdAt": at,
            "updatedAt": at,
            "last_version": 0,
        }
        with self._store.transaction():
            self._unique(prompt)
            self._store.put("prompt", prompt["arn"], prompt)
            self._store.remember(request.get("clientToken"), prompt["arn"])
        return prompt

    def get(self, asked: Asked) -> Json:
        identifier = asked.request["promptIdentifier"]
        return self.prompt(identifier, asked.request.get("promptVersion"))

    def listed(self, asked: Asked) -> Json:
        if identifier := asked.request.get("promptIdentifier"):
            prompt = self.prompt(identifier)
            found = [prompt, *self._store.listed("prompt_version", prompt["arn"])]
        else:
            here = arns.prompt_arn("")
            found = [each for each in self._store.listed("prompt") if each["arn"].startswith(here)]
        shown, following = page(found, asked.request)
        return {"promptSummaries": [_only(each, _SUMMARY) for each in shown]} | following

    def update(self, asked: Asked) -> Json:
        self._check(asked.request)
        with self._store.transaction():
            prompt = self.prompt(asked.request["promptIdentifier"])
            kept = {name: prompt[name] for name in prompt if name not in _GIVEN}
            prompt = kept | _only(asked.request, _GIVEN) | {"updatedAt": now()}
            self._unique(prompt)
            self._store.put("prompt", prompt["arn"], prompt)
        return prompt

    def delete(self, asked: Asked) -> Json:
        identifier, number = asked.request["promptIdentifier"], asked.request.get("promptVersion")
        prompt = self.prompt(identifier, number)
        self._store.remove(prompt["arn"] if number else arns.prompt_arn(identifier))
        return {"id": prompt["id"]} | ({"version": number} if number else {})

    def create_version(self, asked: Asked) -> Json:
        token = asked.request.get("clientToken")
        if made := self._store.made_with(token):
            return made
        with self._store.transaction():
            prompt = self.prompt(arns.prompt_arn(asked.request["promptIdentifier"]))
            number = prompt["last_version"] = prompt["last_version"] + 1
            self._store.put("prompt", prompt["arn"], prompt)
            at = now()
            version = prompt | {"version": str(number), "arn": f"{prompt['arn']}:{number}", "createdAt": at}
            version["updatedAt"] = at
            if described := asked.request.get("description"):
                version["description"] = described
            self._store.put("prompt_version", version["arn"], version, prompt["arn"], number)
            self._store.remember(token, version["arn"])
        return version

    def prompt(self, identifier: str, number: str | None = None) -> Json:
        """The draft, or the version that the request or its ARN names."""
        arn = arns.prompt_arn(identifier)
        number = number or arns.prompt_version_in(identifier)
        found = self._store.get(f"{arn}:{number}" if number and number != "DRAFT" else arn)
        if found is None:
            raise missing(f"The prompt {identifier.rpartition('/')[2]} does not exist.")
        return found

    def _unique(self, prompt: Json) -> None:
        for each in self._store.listed("prompt"):
            if each["name"] == prompt["name"] and each["arn"] != prompt["arn"]:
                raise AgentError("ConflictException", f"A prompt with the name {prompt['name']} already exists.")

    @staticmethod
    def _check(request: Json) -> None:
        names = [each["name"] for each in request.get("variants", ())]
        default = request.get("defaultVariant")
        if default and default not in names:
            raise AgentError("ValidationException", f"The default variant {default} is not among the variants.")


def _only(thing: Json, members: tuple[str, ...]) -> Json:
    return {name: thing[name] for name in members if name in thing}
