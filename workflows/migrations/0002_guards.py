from django.db import migrations

from workflows import guards


def create(apps, schema_editor):
    guards.create(schema_editor.connection)


def drop(apps, schema_editor):
    guards.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("workflows", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
