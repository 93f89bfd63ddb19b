using System.Text.Json.Nodes;
using System.Xml.Linq;
using McpRollout.Hosting;
using McpRollout.Tests.Tools;
using Microsoft.Extensions.Configuration;

namespace McpRollout.Tests.Packaging;

/// <summary>What <c>.mcp/server.json</c> tells registries and clients of the package.</summary>
public class ServerFileRules
{
    // The part of https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json that a NuGet package over stdio needs, and
    // no more: what that schema would let pass unread, a misspelt member above all, is an error here.
    private const string Registry = """
        {
          "type": "object",
          "required": ["$schema", "name", "description", "version", "packages"],
          "additionalProperties": false,
          "properties": {
            "$schema": { "enum": ["https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"] },
            "name": { "type": "string", "minLength": 3, "maxLength": 200, "pattern": "^[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+$" },
            "title": { "type": "string", "minLength": 1, "maxLength": 100 },
            "description": { "type": "string", "minLength": 1, "maxLength": 100 },
            "version": { "type": "string", "maxLength": 255, "pattern": "^[0-9]+\\.[0-9]+\\.[0-9]+(-[0-9A-Za-z.-]+)?$" },
            "packages": {
              "type": "array",
              "items": {
                "type": "object",
                "required": ["registryType", "identifier", "version", "transport"],
                "additionalProperties": false,
                "properties": {
                  "registryType": { "enum": ["nuget"] },
                  "registryBaseUrl": { "enum": ["https://api.nuget.org/v3/index.json"] },
                  "identifier": { "type": "string" },
                  "version": { "type": "string" },
                  "runtimeHint": { "enum": ["dnx"] },
                  "transport": {
                    "type": "object",
                    "required": ["type"],
                    "additionalProperties": false,
                    "properties": { "type": { "enum": ["stdio"] } }
                  },
                  "environmentVariables": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": ["name", "description"],
                      "additionalProperties": false,
                      "properties": {
                        "name": { "type": "string" },
                        "description": { "type": "string" },
                        "format": { "enum": ["string", "number", "boolean", "filepath"] },
                        "default": { "type": "string" }
                      }
                    }
                  }
                }
              }
            }
          }
        }
        """;

    private static readonly JsonObject Server = SchemaFiles.Read("src/McpRollout/.mcp/server.json");

    private static readonly XDocument Project = XDocument.Load(Path.Combine(SchemaFiles.Root, "src/McpRollout/McpRollout.csproj"));

    private static JsonNode Package => Server["packages"]!.AsArray().Single()!;

    [Fact]
    public void ItIsAsTheRegistryWantsIt() => StrictSchema.AssertValid(SchemaFiles.Parse(Registry), Server);

    [Fact]
    public void ItNamesThePackageThatItIsIn()
    {
        var version = typeof(SettingsCheck).Assembly.GetName().Version!.ToString(fieldCount: 3);
        Assert.Equal((version, version), (Server["version"]!.GetValue<string>(), Package["version"]!.GetValue<string>()));
        Assert.Equal(Project.Descendants("PackageId").Single().Value, Package["identifier"]!.GetValue<string>());
    }

    // The registry takes a NuGet package for the server's only if its readme says so.
    [Fact]
    public void ThePackagesReadmeNamesTheServer() => Assert.Contains(
        $"mcp-name: {Server["name"]}",
        File.ReadAllText(Path.Combine(SchemaFiles.Root, "src/McpRollout", Project.Descendants("PackageReadmeFile").Single().Value)),
        StringComparison.Ordinal);

    // Clients fill in the default of what a user leaves alone, and an empty value where there is none, which ends the start.
    [Fact]
    public void WhatAUserLeavesAloneIsASettingWithAUsableDefault()
    {
        var variables = Package["environmentVariables"]!.AsArray()
            .Select(variable => (Name: variable!["name"]!.GetValue<string>(), Default: variable["default"]?.GetValue<string>()))
            .Where(variable => variable.Name.StartsWith(Settings.EnvironmentPrefix, StringComparison.Ordinal))
            .ToDictionary(variable => variable.Name[Settings.EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal),
                variable => variable.Default);
        Assert.NotEmpty(variables);
        Assert.Empty(SettingsCheck.TakeOutErrors(new ConfigurationBuilder().AddInMemoryCollection(variables).Build()));
    }
}
