from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("routing", "0002_guards")]
    operations = [
        migrations.AddField(
            model_name="rep",
            name="retired_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        )
    ]
