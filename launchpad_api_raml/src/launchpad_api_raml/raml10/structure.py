"""Which keys there are in a RAML 1.0 file, and where."""

from __future__ import annotations

METHODS = ("get", "post", "put", "delete", "patch", "head", "options")

ROOT = (
    *("title", "description", "version", "baseUri", "baseUriParameters"),
    *("protocols", "mediaType", "documentation", "schemas", "types", "traits"),
    *("resourceTypes", "annotationTypes", "securitySchemes", "securedBy", "uses"),
)
LIBRARY = (
    *("usage", "uses", "types", "schemas", "traits", "resourceTypes"),
    *("annotationTypes", "securitySchemes"),
)
METHOD = (
    *("displayName", "description", "queryParameters", "queryString", "headers"),
    *("responses", "body", "protocols", "is", "securedBy"),
)
RESOURCE = (
    *("displayName", "description", "is", "type", "securedBy", "uriParameters"),
    *METHODS,
)
RESPONSE = ("description", "headers", "body")
SECURITY_SCHEME = ("type", "displayName", "description", "describedBy", "settings")
DESCRIBED_BY = ("headers", "queryParameters", "queryString", "responses")
TEMPLATE = ("usage", "uses")
DOCUMENTATION = ("title", "content")

TARGETS = (
    *("API", "DocumentationItem", "Resource", "Method", "Response", "RequestBody"),
    *("ResponseBody", "TypeDeclaration", "Example", "ResourceType", "Trait"),
    *("SecurityScheme", "SecuritySchemeSettings", "AnnotationType", "Library"),
    *("Overlay", "Extension"),
)
